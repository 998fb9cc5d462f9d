/**
 * True when the focus ring shows: whoever pressed a control that now goes away works by keyboard and needs a place to go on
 * from. A finger or a mouse does not, and on a phone the focus would open the keyboard over the question.
 */
export function byKeyboard(): boolean {
  return document.activeElement?.matches(':focus-visible') === true;
}
