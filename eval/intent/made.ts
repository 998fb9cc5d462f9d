/** Training messages that are made rather than written: filled frames, rough copies, nonsense. */
import { pick, type Random } from '../../src/coach/random.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { intentSchema, langSchema, type Intent, type Lang, type Phase } from '../../src/protocol.ts';
import { frames } from './frames.ts';

export interface Labelled {
  readonly message: string;
  readonly intent: Intent;
  readonly lang: Lang;
  readonly phase: Phase;
  readonly openQuestion: string | null;
  readonly weight: number;
  /** The message that this one is a rough copy of: the two must not stand on both sides of a cross-validation. */
  readonly copyOf?: string;
}

/** Intents that come up without an open question too. */
export const anywhere: ReadonlySet<Intent> = new Set([
  'question',
  'chatter',
  'change-topic',
  'change-language',
  'report',
  'end',
]);

/** One of the values. @throws Error when there are none. */
export function oneOf<T>(values: readonly T[], random: Random): T {
  const [first, ...rest] = values;
  if (first === undefined) throw new Error('nothing to choose from: is the corpus empty?');
  return pick([first, ...rest], random);
}

const filler: Readonly<Record<Lang, { before: readonly string[]; after: readonly string[] }>> = {
  zh: {
    before: [
      '嗯,',
      '那个,',
      '额,',
      '不好意思,',
      '抱歉,',
      '老师,',
      '面试官,',
      '哎,',
      '好吧,',
      '等下,',
      '话说,',
      'emmm ',
    ],
    after: ['吧', '呗', '啊', '哈', ',谢谢', ',麻烦了', '~', '…', '!', '。', '哦', ' 谢谢老师'],
  },
  en: {
    before: [
      'um, ',
      'well, ',
      'ok, ',
      'hmm ',
      'sorry, ',
      'hey, ',
      'so, ',
      'oh, ',
      'actually ',
      'alright, ',
      'er... ',
      'excuse me, ',
    ],
    after: [
      ' please',
      ' thanks',
      ', thank you',
      '!',
      '.',
      '...',
      ' pls',
      ' :)',
      ' if possible',
      ', sir',
      ' ok?',
      ' now',
    ],
  },
};

/** As typed in a hurry: with a filler, and in English with two letters swapped or one lost. */
export function roughened(message: string, lang: Lang, random: Random): string {
  const { before, after } = filler[lang];
  let text = message;
  if (random() < 0.4) text = oneOf(before, random) + text;
  if (random() < 0.4) text += oneOf(after, random);
  if (lang === 'en' && random() < 0.3) {
    const at = 1 + Math.floor(random() * Math.max(1, text.length - 3));
    text =
      random() < 0.5
        ? text.slice(0, at) + text.slice(at + 1)
        : text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
  }
  return text;
}

/** Keys struck and characters strung together at random. */
export function nonsense(all: readonly Entry[], random: Random): Labelled[] {
  const characters = all.flatMap((entry) => entry.answer.zh.match(/\p{Script=Han}/gu) ?? []);
  return Array.from({ length: 120 }, (_, index): Labelled => {
    const zh = index % 2 === 0;
    const length = 3 + Math.floor(random() * 9);
    const keys = [...'asdfghjklqwertyuiopzxcvbnm  '];
    const message =
      Array.from({ length }, () => oneOf(zh ? characters : keys, random))
        .join('')
        .trim() || 'asdf';
    const open = index % 3 > 0;
    return {
      message,
      intent: 'chatter',
      lang: zh ? 'zh' : 'en',
      phase: open ? (random() < 0.6 ? 'question' : 'follow-up') : 'lobby',
      openQuestion: open ? oneOf(all, random).question[zh ? 'zh' : 'en'] : null,
      weight: 0.3,
    };
  });
}

/** Most fillings of one frame. */
const fillings = 24;

/** Frames filled with choices and with terms of the material. */
export function fromFrames(all: readonly Entry[], random: Random): Labelled[] {
  const made: Labelled[] = [];
  for (const intent of intentSchema.options) {
    for (const lang of langSchema.options) {
      for (const frame of frames[intent]?.[lang] ?? []) {
        const messages = new Set<string>();
        for (let count = 0; count < fillings; count++) {
          const entry = oneOf(all, random);
          const aboutOpen = intent === 'clarify' || intent === 'dispute' || random() < 0.3;
          const open = aboutOpen ? entry : oneOf(all, random);
          const elsewhere = anywhere.has(intent) && random() < 0.35;
          const message = fill(frame, entry, oneOf(all, random), lang, random);
          if (messages.has(message)) continue;
          messages.add(message);
          made.push({
            message,
            intent,
            lang,
            phase: elsewhere
              ? random() < 0.6
                ? 'lobby'
                : 'finished'
              : random() < 0.55
                ? 'question'
                : 'follow-up',
            openQuestion: elsewhere ? null : open.question[lang],
            copyOf: frame,
            weight: 0.25,
          });
        }
      }
    }
  }
  return made;
}

function fill(frame: string, entry: Entry, other: Entry, lang: Lang, random: Random): string {
  const term = (one: Entry) => oneOf(one.tags, random).replace(/-/g, ' ');
  const statements = entry.keyPoints.flatMap((point) => point.statements.filter((one) => one.lang === lang));
  const statement = statements.length > 0 ? oneOf(statements, random).text : entry.question[lang];
  const said = statement.replace(/[。.;；,，].*$/su, '').slice(0, lang === 'zh' ? 24 : 60);
  let text = frame;
  // From the inside out, so that a choice may hold a slot.
  for (let depth = 0; depth < 3 && text.includes('['); depth++) {
    text = text.replace(/\[([^[\]]*)\]/g, (_, options: string) => oneOf(options.split('|'), random));
  }
  return text
    .replaceAll('{t}', term(entry))
    .replaceAll('{u}', term(other))
    .replaceAll('{s}', said)
    .replaceAll('{n}', String(1 + Math.floor(random() * 4)))
    .replaceAll(/\{1\}|\?(?=[\p{Script=Han}])/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}
