import { createContext, useContext, useMemo, type ReactNode } from 'react';
import type { Lang } from '../../../src/protocol.ts';
import { en } from './en.ts';
import { zh, type Text } from './zh.ts';

export const dictionaries: Readonly<Record<Lang, Text>> = { zh, en };

const TextContext = createContext<{ t: Text; lang: Lang }>({ t: en, lang: 'en' });

export function TextProvider({ lang, children }: { lang: Lang; children: ReactNode }) {
  const value = useMemo(() => ({ t: dictionaries[lang], lang }), [lang]);
  return <TextContext value={value}>{children}</TextContext>;
}

/** The page's words in the chosen language. */
export function useText(): { t: Text; lang: Lang } {
  return useContext(TextContext);
}

/** A module's or section's name; an unknown one (a mentor's own) in its own spelling. */
export function topicName(t: Text, id: string): string {
  const names: Readonly<Record<string, string>> = t.topics;
  return (Object.hasOwn(names, id) ? names[id] : undefined) ?? id.replaceAll('-', ' ');
}
