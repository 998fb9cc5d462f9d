/** What a message looks like to the intent model: its pieces, a few marks, and how near it is to the open question. */
import { containment } from '../corpus/content-tokens.ts';
import type { Phase } from '../protocol.ts';

/** Buckets that pieces of text are hashed into. */
export const pieceBuckets = 2048;

/** Named marks, in the order of the model's weights. Append only: the order is part of the model's format. */
export const markNames = [
  'bias',
  'phase question',
  'phase follow-up',
  'phase lobby',
  'phase finished',
  'length',
  'very short',
  'long',
  'ends with question mark',
  'ends with question particle',
  'question mark inside',
  'asks at the start',
  'asks anywhere',
  'please',
  'you',
  'I',
  'code',
  'digits',
  'lines',
  'mixed scripts',
  'sentences',
  'similarity to the open question',
  'similar and a question',
  'words of the open question',
  'of the words in the open question',
  'refers to the question',
  'has an open question',
  'offers a choice',
] as const;

export interface FeatureInput {
  readonly message: string;
  readonly phase: Phase;
  readonly openQuestion: string | null;
  /** Cosine similarity of message and open question; null when there is no open question or no vectors. */
  readonly similarity: number | null;
}

export interface Features {
  /** Hash buckets of the message's pieces, each once, ascending. */
  readonly pieces: readonly number[];
  /** One number per name in `markNames`, about −1…1. */
  readonly marks: readonly number[];
}

/** Characters that are looked at; what a message is shows in its beginning and end. */
const headChars = 400;
const tailChars = 200;

/** Linear in the message's length, and bounded by the limits above. */
export function intentFeatures(input: FeatureInput): Features {
  const { phase, openQuestion } = input;
  const whole = input.message.normalize('NFKC').toLowerCase().trim();
  const text =
    whole.length > headChars + tailChars ? `${whole.slice(0, headChars)} ${whole.slice(-tailChars)}` : whole;
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = text.match(/[a-z][a-z'’-]*/g) ?? [];
  const size = han + words.length * 1.5;
  const near = input.similarity === null ? 0 : Math.max(-1, Math.min(1, (input.similarity - 0.8) * 6));
  const asks = /[?？]\s*$|(?:吗|呢|么|嘛|没|不)[啊呀]?[。.~!！]*$/u.test(text);
  const flag = (condition: boolean) => (condition ? 1 : 0);
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const marks: Record<(typeof markNames)[number], number> = {
    bias: 1,
    'phase question': flag(phase === 'question'),
    'phase follow-up': flag(phase === 'follow-up'),
    'phase lobby': flag(phase === 'lobby'),
    'phase finished': flag(phase === 'finished'),
    length: Math.min(1, Math.log1p(size) / 5),
    'very short': flag(size <= 3),
    long: flag(size >= 25),
    'ends with question mark': flag(/[?？]\s*$/.test(text)),
    'ends with question particle': flag(/(?:吗|呢|么|嘛)[啊呀]?[。.~!！?？]*$/.test(text)),
    'question mark inside': flag(/[?？]\s*\S/.test(text)),
    'asks at the start': flag(
      /^(?:what|why|how|which|when|who|where|is|are|do|does|did|can|could|should|would|will|whats)\b|^(?:什么|为什么|为啥|怎么|如何|请问|想问|啥|能不能|是不是|可以)/.test(
        text,
      ),
    ),
    'asks anywhere': flag(
      /\b(?:what|why|how|which|difference)\b|什么|为何|为啥|怎么|如何|哪|多少|区别|是啥|干嘛|意思/.test(text),
    ),
    please: flag(
      /\b(?:please|pls|plz|let's|let me|give me|show me|can i|can you|could you|can we)\b|请|麻烦|给我|来个|来点|能不能|可以/.test(
        text,
      ),
    ),
    you: flag(/\b(?:you|your)\b|你|您/.test(text)),
    I: flag(/\b(?:i|i'm|i'd|my|me)\b|我/.test(text)),
    code: Math.min(1, count(/[=(){}[\];_*]|->|```/g) / 6),
    digits: Math.min(1, count(/\d+/g) / 4),
    lines: flag(/\n\s*\S/.test(text)),
    'mixed scripts': flag(han > 0 && words.length > 0),
    sentences: Math.min(1, count(/[。.!！;；,，:：]/g) / 5),
    'similarity to the open question': near,
    'similar and a question': flag(asks) * near,
    'words of the open question': openQuestion === null ? 0 : containment(openQuestion, text),
    'of the words in the open question': openQuestion === null ? 0 : containment(text, openQuestion),
    'refers to the question': flag(
      /这里|题目|这题|这道|你(?:是|说|问|指)|指的|是指|还是|\b(?:you mean|do you want|you want|mean by|this question|the question|asking|should i|do i|can i|are we|assum\w+|or)\b/.test(
        text,
      ),
    ),
    'has an open question': flag(openQuestion !== null),
    'offers a choice': flag(/还是.{1,20}[?？啊呢吗]$|\bor\b.{1,40}\?$/u.test(text)),
  };
  return { pieces: piecesOf(text), marks: markNames.map((name) => marks[name]) };
}

/** Han characters and pairs, Latin words and pairs, Latin character triples, and the whole of a short message. */
function piecesOf(text: string): number[] {
  const buckets = new Set<number>();
  const add = (kind: string, piece: string) => buckets.add(bucketOf(`${kind}:${piece}`));
  let previous = '^';
  for (const [token] of text.matchAll(/\p{Script=Han}|[a-z0-9]+(?:['’][a-z]+)?|[?!？！]/gu)) {
    add('1', token);
    add('2', `${previous} ${token}`);
    if (/^[a-z]/.test(token)) {
      const padded = `<${token}>`;
      for (let index = 0; index + 3 <= padded.length; index++) add('3', padded.slice(index, index + 3));
    }
    previous = token;
  }
  add('2', `${previous} $`);
  if (text.length <= 16) add('=', text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim());
  return [...buckets].sort((a, b) => a - b);
}

/** FNV-1a over UTF-16 code units, with a last mix so that low bits are good. */
function bucketOf(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value ^= value >>> 15;
  value = Math.imul(value, 0x85ebca6b);
  return ((value ^ (value >>> 13)) >>> 0) & (pieceBuckets - 1);
}
