import { useEffect } from 'react';

/** Names the page in the window, the history and to a screen reader; null leaves that to somebody else. */
export function usePageTitle(title: string | null): void {
  useEffect(() => {
    if (title !== null) document.title = `${title} · Viva`;
  }, [title]);
}
