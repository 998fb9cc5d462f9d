const prefix = 'viva.draft.';

/**
 * What stands unsent in a field, kept over a reload. Of this tab alone: two tabs would write over each other's
 * words. A browser without storage keeps it as long as the page.
 */
export function readDraft(key: string): string {
  try {
    return window.sessionStorage.getItem(prefix + key) ?? '';
  } catch {
    return '';
  }
}

export function writeDraft(key: string, text: string): void {
  try {
    if (text === '') window.sessionStorage.removeItem(prefix + key);
    else window.sessionStorage.setItem(prefix + key, text);
  } catch {
    // full or blocked: the text stays in its field
  }
}
