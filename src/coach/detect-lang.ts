/** The language a message is written in, as far as that can be told. */
import type { Lang } from '../protocol.ts';

/** Words that English sentences hold and Chinese sentences with English terms do not. */
const englishFunctionWords = new Set(
  "a an the is are was were be been it its it's this that these those i i'm i'd you your we they he she of to in on at for from with without by as and or but not no so if then than because when while how what why which who where do does don't dont did can could would should will just only also about into over both each every more most less me my us there".split(
    ' ',
  ),
);

/**
 * Chinese when Han characters carry the sentence (terms may be Latin), English when Latin words
 * make a sentence of their own; `fallback` for what is too short to tell, or is code or a formula.
 */
export function detectLang(text: string, fallback: Lang): Lang {
  const prose = text.replace(/```[\s\S]*?(?:```|$)/g, ' ').slice(0, 4_000);
  const han = prose.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = prose.match(/[A-Za-z][A-Za-z'’]*/g) ?? [];
  const functionWords = words.filter((word) =>
    englishFunctionWords.has(word.toLowerCase().replace('’', "'")),
  ).length;
  if (han > 0) return han >= 2 * functionWords ? 'zh' : 'en';
  if (functionWords >= 2 || (functionWords >= 1 && words.length >= 3)) return 'en';
  // Many plain words without a function word are still prose ("groups query heads share one cache") unless code.
  const codeMarks = prose.match(/[=(){}[\];_]/g)?.length ?? 0;
  return words.length >= 5 && codeMarks * 3 < words.length ? 'en' : fallback;
}
