export interface KeyPress {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  keyCode: number;
}

/** The key code that browsers report for a key an input method has taken; Safari ends the composition before it. */
const takenByInputMethod = 229;

/** Enter alone sends; with Shift or Alt it breaks the line; while an input method composes it picks a candidate. */
export function isSendKey({ key, shiftKey, altKey, isComposing, keyCode }: KeyPress): boolean {
  return key === 'Enter' && !shiftKey && !altKey && !isComposing && keyCode !== takenByInputMethod;
}
