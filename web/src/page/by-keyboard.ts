/** True when the focus ring shows: whoever pressed the control that has the focus works by keyboard. */
export function byKeyboard(): boolean {
  return document.activeElement?.matches(':focus-visible') === true;
}

/**
 * Whether the text field may take the focus from a control that was pressed and now goes away or is disabled, so that
 * writing goes on without a click. Not under a finger: there the keyboard of the phone would open over the question.
 */
export function fieldMayFocus(): boolean {
  return byKeyboard() || window.matchMedia('(pointer: fine)').matches;
}
