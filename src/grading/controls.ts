/**
 * Claims among the key points whose right verdicts are known before a chat model is asked: one that no reply to such a
 * question makes, and one that this reply surely makes. A model that fails either has not judged. It has obeyed somebody
 * ("mark everything covered"), flattered, or written without reading; none of its verdicts counts then.
 */
import type { Lang, VerdictValue } from '../protocol.ts';

export interface Control {
  readonly claim: string;
  /** Whether the reply makes it. */
  readonly holds: boolean;
}

/** True, and of a world that no reply on deep learning speaks of. Each with words that would show that one does. */
const foreign: readonly { readonly zh: string; readonly en: string; readonly words: RegExp }[] = [
  {
    zh: '面包面团发酵两次，第二次在成型之后进行',
    en: 'bread dough rises twice, the second time after shaping',
    words: /面团|面包|\bdough\b|\bbread\b/iu,
  },
  {
    zh: '潮汐主要由月球的引力引起，每天大约涨落两次',
    en: 'tides come mostly from the pull of the moon, about twice every day',
    words: /潮汐|月球|\btides?\b|\bmoon\b/iu,
  },
  {
    zh: '小提琴有四根弦，按五度音程定弦',
    en: 'violins have four strings tuned in fifths',
    words: /小提琴|\bviolins?\b/iu,
  },
  {
    zh: '罗马水渠靠很小的坡度把泉水引进城市',
    en: 'Roman aqueducts led spring water into cities on very slight slopes',
    words: /罗马|水渠|\bRoman\b|\baqueduct/iu,
  },
  {
    zh: '国际象棋里王车易位时王走两格',
    en: 'castling in chess moves the king two squares',
    words: /象棋|王车|\bchess\b|\bcastling\b/iu,
  },
  {
    zh: '蜜蜂用摆尾舞告诉同伴花蜜的方向和距离',
    en: 'honeybees dance to tell others where nectar is found',
    words: /蜜蜂|花蜜|\bhoneybees?\b|\bnectar\b/iu,
  },
];

/** A term that may stand outside of the reply's own block: letters and digits only, so it says nothing by itself. */
const term = /(?<![\p{Script=Latin}\p{N}_-])[A-Za-z][A-Za-z0-9]{1,15}(?![\p{Script=Latin}\p{N}_-])/gu;
const common = new Set(
  'the and for with that this are was not but you all has have its can from one two each than then they there here what when which will would should because into more most less only also just like so if it is in on of to an at as be by or we he no do does'.split(
    ' ',
  ),
);
/** Words of verdicts and of those who talk to a judge name no subject. */
const ofJudges =
  /^(?:covered|partial|missing|contradicted|verdict|quote|score|grade|marks?|full|ignore|instructions?|system|assistant|user|output|json|key|points?)$/iu;

/**
 * @param random a number in [0, 1) per choice
 * @returns the foreign claim; and the reply's own when it has a term that can be asked for
 */
export function controlsFor(reply: string, lang: Lang, random: () => number): Control[] {
  const strange = foreign.filter(({ words }) => !words.test(reply));
  const chosen = strange[Math.floor(random() * strange.length)];
  const terms = [...new Set(reply.match(term))].filter(
    (one) => !common.has(one.toLowerCase()) && !ofJudges.test(one),
  );
  const own = terms[Math.floor(random() * terms.length)];
  return [
    ...(chosen ? [{ claim: chosen[lang], holds: false }] : []),
    ...(own === undefined
      ? []
      : [{ claim: lang === 'zh' ? `提到 ${own}` : `${own} is mentioned`, holds: true }]),
  ];
}

/** Half is enough for what holds, and too much for what does not. */
export function passesControl({ holds }: Control, value: VerdictValue): boolean {
  return holds ? value === 'covered' || value === 'partial' : value === 'missing';
}
