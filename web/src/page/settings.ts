import { useCallback, useEffect, useRef, useState } from 'react';
import { langSchema, type Lang } from '../../../src/protocol.ts';

export type Theme = 'light' | 'dark';

const langKey = 'viva.lang';
const themeKey = 'viva.theme';
const darkQuery = '(prefers-color-scheme: dark)';

/** Chinese for a browser that asks for any Chinese first, else English. */
export function defaultLang(languages: readonly string[]): Lang {
  return languages[0]?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en';
}

/** The language of the page, remembered, and set on `<html lang>`. */
export function useLangSetting(): [Lang, (lang: Lang) => void] {
  const [lang, setLang] = useState<Lang>(() => {
    const stored = langSchema.safeParse(read(langKey));
    return stored.success ? stored.data : defaultLang(navigator.languages);
  });
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  }, [lang]);
  const choose = useCallback((next: Lang) => {
    write(langKey, next);
    setLang(next);
  }, []);
  useOtherTabs(langKey, (value) => {
    const next = langSchema.safeParse(value);
    if (next.success) setLang(next.data);
  });
  return [lang, choose];
}

/** Light or dark: the system's until somebody chooses here. */
export function useThemeSetting(): [Theme, (theme: Theme) => void] {
  const [chosen, setChosen] = useState<Theme | null>(() => {
    const stored = read(themeKey);
    return stored === 'light' || stored === 'dark' ? stored : null;
  });
  const [systemDark, setSystemDark] = useState(() => window.matchMedia(darkQuery).matches);
  useEffect(() => {
    const query = window.matchMedia(darkQuery);
    const changed = () => setSystemDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  const theme = chosen ?? (systemDark ? 'dark' : 'light');
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const choose = useCallback((next: Theme) => {
    write(themeKey, next);
    setChosen(next);
  }, []);
  useOtherTabs(themeKey, (value) => {
    if (value === 'light' || value === 'dark') setChosen(value);
  });
  return [theme, choose];
}

/** Goes along with a choice made in another tab. */
function useOtherTabs(key: string, follow: (value: string | null) => void): void {
  const latest = useRef(follow);
  useEffect(() => {
    latest.current = follow;
  });
  useEffect(() => {
    const changed = (event: StorageEvent) => {
      if (event.key === key) latest.current(event.newValue);
    };
    window.addEventListener('storage', changed);
    return () => window.removeEventListener('storage', changed);
  }, [key]);
}

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    // storage is blocked: nothing was chosen
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value);
  } catch {
    // storage is blocked: the choice lives as long as the page
  }
}
