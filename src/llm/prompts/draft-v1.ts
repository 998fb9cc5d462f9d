/** Asks for what an entry of a question bank lacks. All that comes back is a proposal: code checks it, and a person reads it. */
import type { Lang } from '../../protocol.ts';
import { block, dataRule, languageNames, type Prompt } from '../prompts.ts';

export const draftPromptId = 'draft-v1';

export interface DraftMaterial {
  readonly question: Readonly<Partial<Record<Lang, string | undefined>>>;
  /** Sentences of the reference answers; they are numbered Z1, Z2, … and E1, E2, … in this order. */
  readonly sentences: Partial<Readonly<Record<Lang, readonly string[]>>>;
  readonly keyPoints: readonly {
    readonly id: string;
    readonly weight: number;
    readonly zh: string;
    readonly en: string;
  }[];
}

/** The letter that numbers the sentences of a language. */
export const sentenceLetters: Readonly<Record<Lang, string>> = { zh: 'Z', en: 'E' };

/** What was refused in the round before, with the reasons. */
type Refused = readonly string[];

function entryBlock({ question, sentences, keyPoints }: DraftMaterial, code: string, about: string): string {
  const lines: string[] = [];
  for (const lang of ['zh', 'en'] as const) {
    if (question[lang] !== undefined) lines.push(`Question (${languageNames[lang]}): ${question[lang]}`);
  }
  for (const lang of ['zh', 'en'] as const) {
    const numbered = sentences[lang]?.map(
      (text, index) => `${sentenceLetters[lang]}${index + 1} ${text.replace(/\s+/gu, ' ')}`,
    );
    if (numbered) lines.push(`Reference answer (${languageNames[lang]}):\n${numbered.join('\n')}`);
  }
  if (keyPoints.length > 0) {
    const points = keyPoints.map(({ id, weight, zh, en }) => `${id} (weight ${weight}): ${zh} / ${en}`);
    lines.push(`Key points:\n${points.join('\n')}`);
  }
  if (about !== '') lines.push(`The key point: ${about}`);
  return block('entry', code, lines.join('\n\n'));
}

function prompt(
  task: string,
  material: DraftMaterial,
  code: string,
  { last, refused, about = '' }: { last: string; refused: Refused; about?: string },
): Prompt {
  const system = `You help a mentor who prepares interview questions on deep learning. You propose; the mentor reads, mends and decides. State nothing that the reference answer does not support, and write no links.

${task}

${dataRule('entry', code)}`;
  const again =
    refused.length === 0
      ? ''
      : `\n\nSome of an earlier proposal could not be used:\n${refused.join('\n')}\nPropose others in their place that do not have these faults.`;
  return { system, user: `${entryBlock(material, code, about)}${again}\n\n${last}` };
}

/** Asks for the question and the answer in the language that the entry lacks. */
export function translationPrompt(
  texts: { readonly question: string; readonly answer: string },
  to: Lang,
  code: string,
  refused: Refused,
): Prompt {
  const language = languageNames[to];
  const system = `You translate an interview question on deep learning and its reference answer into ${language}, as an engineer who is at home in both languages would say it. Nothing is added, left out or corrected. Numbers, formulas, code, names and the Markdown stay as they are.

The form: {"question":"…","answer":"…"}

${dataRule('entry', code)}`;
  const again =
    refused.length === 0 ? '' : `\n\nAn earlier translation could not be used:\n${refused.join('\n')}`;
  return {
    system,
    user: `${block('entry', code, `${texts.question}\n\n${texts.answer}`)}${again}\n\nTranslate both into ${language}.`,
  };
}

export function keyPointsPrompt(material: DraftMaterial, code: string, refused: Refused): Prompt {
  return prompt(
    `Name the key points of the question: 4 to 8 claims that a good reply makes, each one claim that is either made or not, taken from the reference answer. Never ask for wording: a reply that makes the claim in other words has made it.
- id: two to four English words that name it, in lower case with hyphens.
- weight: 3 for the heart of the question (one to three of the points), 2 important, 1 nice to have.
- zh, en: the same claim in Chinese and in English, one sentence each.
- zhSentence, enSentence: the number of the sentence of the Chinese and of the English reference answer that states it, like "Z2" and "E3".

The form: {"keyPoints":[{"id":"…","weight":3,"zh":"…","en":"…","zhSentence":"Z1","enSentence":"E1"}, …]}`,
    material,
    code,
    { last: 'Name the key points.', refused },
  );
}

export function misconceptionsPrompt(material: DraftMaterial, code: string, refused: Refused): Prompt {
  return prompt(
    `Name 2 to 4 false beliefs that candidates have about this question: something a half-prepared person says with confidence, and that the reference answer shows to be wrong.
- id: two to four English words that name it, in lower case with hyphens.
- weight: what saying it costs: 3 fatal, 2 serious, 1 a slip.
- zh, en: the false belief itself, in Chinese and in English, as somebody would assert it.
- correctionZh, correctionEn: what is true instead, one sentence each.

The form: {"misconceptions":[{"id":"…","weight":1,"zh":"…","en":"…","correctionZh":"…","correctionEn":"…"}, …]}`,
    material,
    code,
    { last: 'Name the false beliefs.', refused },
  );
}

export function hintsPrompt(material: DraftMaterial, code: string, refused: Refused): Prompt {
  return prompt(
    `Write 3 hints for a candidate who is stuck, each in Chinese and in English, one sentence each. The first names the area to think about, the second points at an aspect worth a second look, the third gives a first step to work out. A hint makes somebody think: best it asks something. It states no key point, no part of one, and none of their numbers or formulas.

The form: {"hints":[{"zh":"…","en":"…"},{"zh":"…","en":"…"},{"zh":"…","en":"…"}]}`,
    material,
    code,
    { last: 'Write the three hints.', refused },
  );
}

export function followUpsPrompt(
  material: DraftMaterial,
  on: readonly string[],
  code: string,
  refused: Refused,
): Prompt {
  return prompt(
    `Write one follow-up question for each of the key points that are named at the end, to be asked when a reply lacked that point. It leads there without stating the point: it asks for a consequence, a counterexample, a small calculation, or what would happen otherwise. In Chinese and in English, one sentence each.
- on: the id of the key point.

The form: {"followUps":[{"on":"…","zh":"…","en":"…"}, …]}`,
    material,
    code,
    { last: `Write one follow-up question on each of: ${on.join(', ')}.`, refused },
  );
}

export function askedAsPrompt(material: DraftMaterial, code: string, refused: Refused): Prompt {
  return prompt(
    `Write how else people ask for this question when they look for it: 3 to 5 short wordings in Chinese and 3 to 5 in English. Use other words, abbreviations and everyday speech. None of them answers the question.

The form: {"zh":["…","…","…"],"en":["…","…","…"]}`,
    material,
    code,
    { last: 'Write the wordings.', refused },
  );
}

/** A weak model copies the key point under every label unless it sees what is meant. */
const exampleOfStatements: Readonly<Record<Lang, string>> = {
  zh: '得分点是“批归一化训练时用当前批的统计量，推理时用滑动平均”时：covered“上线以后它拿训练中攒下来的均值方差，训练那会儿才看这一批”；partial“训练和推理时它用的统计量不一样”；contradicted“批归一化训练时用滑动平均，推理时用当前批的统计量”。',
  en: 'For the key point "batch normalisation uses the statistics of the batch in training and running averages at inference": covered "when it is deployed it takes the mean and variance it collected, only in training it looks at the batch"; partial "its statistics differ between training and inference"; contradicted "batch normalisation uses running averages in training and the statistics of the batch at inference".',
};

export function statementsPrompt(
  material: DraftMaterial,
  keyPoint: string,
  lang: Lang,
  code: string,
  refused: Refused,
): Prompt {
  const language = languageNames[lang];
  // What it need not read it cannot copy: one language, one key point.
  const own = {
    question: { [lang]: material.question[lang] },
    sentences: { [lang]: material.sentences[lang] ?? [] },
    keyPoints: [],
  };
  const claim = material.keyPoints.find(({ id }) => id === keyPoint)?.[lang] ?? '';
  return prompt(
    `Write in ${language} what candidates may say of one key point in an interview, one spoken sentence each:
- covered: 3 sentences that make the claim fully, in other words than the key point: everyday speech, an example, a consequence.
- partial: 1 or 2 sentences that make half of it or stay vague, and say nothing wrong.
- contradicted: 3 sentences that sound just as sure and use most of the key point's words, and are wrong: roles swapped, the direction reversed, another cause or number.
Nothing in the tone may tell which are right, and none says that it is right, wrong or a guess. None is the key point itself, and none stands twice.

${exampleOfStatements[lang]}

The form: {"covered":["…","…","…"],"partial":["…"],"contradicted":["…","…","…"]}`,
    own,
    code,
    { about: claim, last: `Write the sentences in ${language} for the key point ${keyPoint}.`, refused },
  );
}
