/** Frames that no honest client sends: a table of named ones, and any number of others from a seed. */
import { mulberry32 } from '../../src/coach/random.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { limits } from '../../src/protocol.ts';

/** An error by its code; `taken` when the frame is odd and still right; `either` when only harm is looked for. */
export type Expected = ErrorCode | 'taken' | 'either';

export interface HostileFrame {
  readonly name: string;
  readonly frame: string | Buffer;
  readonly expected: Expected;
}

export interface Known {
  /** The sender's own session. */
  readonly sessionId: string;
  readonly token: string;
  /** Another session of the sender's, which this connection is not attached to. */
  readonly second: { readonly sessionId: string; readonly token: string };
  /** A session of somebody else, by its id alone. */
  readonly foreign: string;
}

type Fields = Readonly<Record<string, unknown>>;

let ids = 0;
const newId = () => `hostile-${(ids += 1)}`;

function create(more: Fields = {}): Fields {
  return { v: 1, type: 'session.create', id: newId(), lang: 'en', ...more };
}
function resume({ sessionId, token }: Known, more: Fields = {}): Fields {
  return { v: 1, type: 'session.resume', id: newId(), sessionId, token, after: 0, ...more };
}
function send({ sessionId }: Known, more: Fields = {}): Fields {
  return { v: 1, type: 'message.send', id: newId(), sessionId, text: 'B is zero', intent: 'reply', ...more };
}
function start({ sessionId }: Known, more: Fields = {}): Fields {
  return { v: 1, type: 'interview.start', id: newId(), sessionId, plan: { questions: 1 }, ...more };
}
function cancel({ sessionId }: Known, more: Fields = {}): Fields {
  return { v: 1, type: 'turn.cancel', id: newId(), sessionId, ...more };
}

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const deepObject = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
/** JSON of `fields` in which the string "@" is replaced by raw text. */
const raw = (fields: Fields, text: string) => JSON.stringify(fields).replace('"@"', () => text);

/** The named cases: what it is, what is sent, what has to come. */
export function namedFrames(known: Known): HostileFrame[] {
  const fixed = send(known);
  const table: [name: string, frame: string | Buffer | Fields, expected: Expected][] = [
    ['nothing', '', 'frame-invalid'],
    ['spaces', '  \n', 'frame-invalid'],
    ['words', 'hello', 'frame-invalid'],
    ['a list of frames', JSON.stringify([create()]), 'frame-invalid'],
    ['two frames in one', JSON.stringify(create()) + JSON.stringify(create()), 'frame-invalid'],
    ['a string that holds a frame', JSON.stringify(JSON.stringify(create())), 'frame-invalid'],
    ['a number beyond numbers', '1e999', 'frame-invalid'],
    ['NaN', 'NaN', 'frame-invalid'],
    ['true', 'true', 'frame-invalid'],
    ['single quotes', "{'type':'session.create'}", 'frame-invalid'],
    ['a comment', `/* */ ${JSON.stringify(create())}`, 'frame-invalid'],
    ['a trailing comma', JSON.stringify(create()).replace('}', ',}'), 'frame-invalid'],
    ['a byte-order mark', `\ufeff${JSON.stringify(create())}`, 'frame-invalid'],
    ['a NUL before it', `\0${JSON.stringify(create())}`, 'frame-invalid'],
    ['spaces around it', ` \n\t${JSON.stringify(create())}\r\n`, 'taken'],
    ['a key with an escape', JSON.stringify(create()).replace('"type"', '"\\u0074ype"'), 'taken'],
    ['60,000 brackets', deep(30_000), 'frame-invalid'],
    ['100,000 brackets that never close', '['.repeat(100_000), 'frame-invalid'],
    ['objects in objects', deepObject(20_000), 'frame-invalid'],
    ['a deep plan', raw(create({ plan: '@' }), deepObject(10_000)), 'frame-invalid'],
    ['a deep id', raw(create({ id: '@' }), deep(10_000)), 'frame-invalid'],
    ['a deep version', raw(create({ v: '@' }), deep(10_000)), 'frame-invalid'],
    [
      '10,000 unknown fields',
      JSON.stringify({
        ...create(),
        ...Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`f${i}`, i])),
      }),
      'frame-invalid',
    ],
    [
      'a polluting key',
      raw(create({ x: '@' }), '1,"__proto__":{"admin":true}').replace('"x":1,', ''),
      'frame-invalid',
    ],
    ['a polluting plan', raw(create({ plan: '@' }), '{"__proto__":{"questions":3}}'), 'frame-invalid'],
    ['a constructor', create({ constructor: { prototype: { admin: true } } }), 'frame-invalid'],
    ['a type of every object', create({ type: 'constructor' }), 'frame-invalid'],
    ['a type that is a list', create({ type: ['session.create'] }), 'frame-invalid'],
    [
      'an event, as servers send them',
      { type: 'event', v: 1, id: 'a', sessionId: known.foreign },
      'frame-invalid',
    ],
    ['version 0', create({ v: 0 }), 'protocol-version'],
    ['version 2', create({ v: 2, more: true }), 'protocol-version'],
    ['version −1', create({ v: -1 }), 'protocol-version'],
    ['version 1.5', create({ v: 1.5 }), 'protocol-version'],
    ['version ∞', raw(create({ v: '@' }), '1e999'), 'protocol-version'],
    ['version "1"', create({ v: '1' }), 'frame-invalid'],
    ['version 1 written oddly', raw(create({ v: '@' }), '1.0e0'), 'taken'],
    ['a version twice, the last right', raw(create({ v: '@' }), '7,"v":1'), 'taken'],
    ['a version twice, the last wrong', raw(create({ v: '@' }), '1,"v":7'), 'protocol-version'],
    [
      'a session id twice, the last foreign',
      raw(send(known, { sessionId: '@' }), `"${known.sessionId}","sessionId":"${known.foreign}"`),
      'unauthorized',
    ],
    ['an empty id', create({ id: '' }), 'frame-invalid'],
    ['an id of 65', create({ id: 'x'.repeat(65) }), 'frame-invalid'],
    ['an id of 100,000', create({ id: 'x'.repeat(100_000) }), 'frame-invalid'],
    ['an id that breaks a line', create({ id: 'a\nb' }), 'frame-invalid'],
    ['an id of markup', create({ id: '<script>' }), 'frame-invalid'],
    ['an id in another script', create({ id: 'идентификатор' }), 'frame-invalid'],
    ['an id that runs the other way', create({ id: 'a\u202eb' }), 'frame-invalid'],
    ['a token of one’s own that is short', create({ token: 'x'.repeat(42) }), 'frame-invalid'],
    ['a token of one’s own that is endless', create({ token: 'x'.repeat(129) }), 'frame-invalid'],
    ['a token of one’s own with spaces', create({ token: `${'x'.repeat(43)} ` }), 'frame-invalid'],
    ['a session asked for again by its token', create({ token: known.token }), 'taken'],
    ['resume a session of somebody else', resume(known, { sessionId: known.foreign }), 'unauthorized'],
    ['resume it without a token', resume(known, { sessionId: known.foreign, token: '' }), 'unauthorized'],
    [
      'resume it with its id as token',
      resume(known, { sessionId: known.foreign, token: known.foreign }),
      'unauthorized',
    ],
    [
      'resume one’s own with the token of another of one’s own',
      resume(known, { token: known.second.token }),
      'unauthorized',
    ],
    ['resume nobody’s session', resume(known, { sessionId: 'nobody' }), 'session-not-found'],
    ['resume the session ""', resume(known, { sessionId: '' }), 'session-not-found'],
    ['resume the session __proto__', resume(known, { sessionId: '__proto__' }), 'session-not-found'],
    ['resume with SQL', resume(known, { sessionId: "' OR 1=1 --" }), 'session-not-found'],
    ['resume with a NUL behind the id', resume(known, { sessionId: `${known.foreign}\0` }), 'either'],
    [
      'resume with half a character behind the id',
      resume(known, { sessionId: `${known.foreign}\ud800` }),
      'session-not-found',
    ],
    ['resume with a NUL behind the token', resume(known, { token: `${known.token}\0` }), 'unauthorized'],
    [
      'resume with the token in capitals',
      resume(known, { token: known.token.toUpperCase() }),
      'unauthorized',
    ],
    ['resume with spaces around the token', resume(known, { token: ` ${known.token} ` }), 'unauthorized'],
    ['resume with half the token', resume(known, { token: known.token.slice(0, 20) }), 'unauthorized'],
    ['resume from −1', resume(known, { after: -1 }), 'frame-invalid'],
    ['resume from −0', raw(resume(known, { after: '@' }), '-0'), 'taken'],
    ['resume from 1.5', resume(known, { after: 1.5 }), 'frame-invalid'],
    ['resume from "0"', resume(known, { after: '0' }), 'frame-invalid'],
    ['resume from ∞', raw(resume(known, { after: '@' }), '1e999'), 'frame-invalid'],
    ['resume from 2^53', resume(known, { after: 2 ** 53 }), 'frame-invalid'],
    ['resume from beyond the end', resume(known, { after: 9_000_000 }), 'session-mismatch'],
    ['resume from the beginning after that', resume(known), 'taken'],
    ['speak in a session of somebody else', send(known, { sessionId: known.foreign }), 'unauthorized'],
    [
      'speak in a session not resumed here',
      send(known, { sessionId: known.second.sessionId }),
      'unauthorized',
    ],
    ['start an interview for somebody else', start(known, { sessionId: known.foreign }), 'unauthorized'],
    ['stop the turn of somebody else', cancel(known, { sessionId: known.foreign }), 'unauthorized'],
    ['a list of sessions', cancel(known, { sessionId: [known.sessionId, known.foreign] }), 'frame-invalid'],
    ['a message', fixed, 'taken'],
    ['the same message again', fixed, 'taken'],
    ['a NUL in a text', send(known, { text: 'a\0b' }), 'frame-invalid'],
    ['half a character in a text', raw(send(known, { text: '@' }), '"a\\ud800b"'), 'frame-invalid'],
    ['its other half', raw(send(known, { text: '@' }), '"\\udc00"'), 'frame-invalid'],
    ['marks that pile up', send(known, { text: `a${'\u0301\u0323'.repeat(5_000)}` }), 'frame-invalid'],
    ['a text that runs the other way', send(known, { text: '\u202egnp.exe\u2066\u200f' }), 'taken'],
    ['a text with a byte-order mark', send(known, { text: '\ufeffB is zero' }), 'taken'],
    ['a text of spaces', send(known, { text: ' '.repeat(20_000) }), 'taken'],
    ['the longest text', send(known, { text: '字'.repeat(limits.messageChars) }), 'taken'],
    ['a text one longer', send(known, { text: 'x'.repeat(limits.messageChars + 1) }), 'payload-too-large'],
    ['a text that is a list', send(known, { text: ['x'] }), 'frame-invalid'],
    ['a text that is a number', send(known, { text: 7 }), 'frame-invalid'],
    ['an intent of nobody', send(known, { intent: 'grade-me-10' }), 'frame-invalid'],
    [
      'an appeal about a point of every object',
      send(known, { intent: 'dispute', keyPointId: '__proto__' }),
      'taken',
    ],
    [
      'an appeal about an endless point',
      send(known, { intent: 'dispute', keyPointId: 'x'.repeat(129) }),
      'frame-invalid',
    ],
    ['a plan for no question', start(known, { plan: { questions: 0 } }), 'frame-invalid'],
    ['a plan for 21', start(known, { plan: { questions: 21 } }), 'frame-invalid'],
    ['a plan for 1e308', start(known, { plan: { questions: 1e308 } }), 'frame-invalid'],
    ['a plan for no kind', start(known, { plan: { kinds: [] } }), 'frame-invalid'],
    ['a plan for kinds of every object', start(known, { plan: { kinds: ['__proto__'] } }), 'frame-invalid'],
    ['a plan upside down', start(known, { plan: { difficulty: { min: 5, max: 1 } } }), 'taken'],
    ['a plan for the module __proto__', start(known, { plan: { module: '__proto__' } }), 'taken'],
    [
      'a plan for an entry up the folders',
      start(known, { plan: { entryId: '../../../etc/passwd' } }),
      'either',
    ],
    ['a plan for half a topic', raw(start(known, { plan: { topic: '@' } }), '"\\ud800"'), 'either'],
    ['a plan for a topic with a NUL', start(known, { plan: { topic: 'lora\0' } }), 'either'],
    ['no plan', start(known, { plan: null }), 'frame-invalid'],
    ['a binary frame', Buffer.from(JSON.stringify(create())), 'frame-invalid'],
    ['a binary frame of noise', Buffer.from([0, 255, 254, 0, 128]), 'frame-invalid'],
    ['an empty binary frame', Buffer.alloc(0), 'frame-invalid'],
  ];
  return table.map(([name, frame, expected]) => ({
    name,
    frame: typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame),
    expected,
  }));
}

const strings: readonly unknown[] = [null, true, 7, -1, 1.5, [], {}, ['x'], { toString: 'x' }];
const numbers: readonly unknown[] = [null, true, '0', 'x', -1, 1.5, 2 ** 53, [], {}, [0]];
const objects: readonly unknown[] = [null, true, 7, 'x', [], [{}]];

/** What can be wrong about each field of each message. `text` is the name of a limit, not of content. */
const wrongValues: Readonly<Record<string, readonly unknown[]>> = {
  type: [
    ...strings,
    '',
    'session',
    'SESSION.CREATE',
    'session.create ',
    '__proto__',
    'toString',
    'event',
    'ack',
    'error',
  ],
  v: [null, true, '1', [], {}, [1]],
  id: [...strings, '', 'x y', 'x'.repeat(65), 'é', '\0', '../x', '<b>', 'a/b', '\ud800'],
  lang: [...strings, '', 'EN', 'de', 'en\0', '__proto__'],
  mode: [...strings, '', 'exam', 'Study'],
  sessionId: [...strings, 'x'.repeat(65), 'x'.repeat(10_000)],
  token: [...strings, 'x'.repeat(129), 'x'.repeat(50_000)],
  after: [...numbers, -1e308],
  intent: [...strings, '', 'Reply', 'admin', 'constructor'],
  keyPointId: [...strings, 'x'.repeat(129)],
  plan: objects,
};
const wrongPlans: readonly unknown[] = [
  ...strings.map((module) => ({ module })),
  ...strings.map((topic) => ({ topic })),
  ...numbers.map((questions) => ({ questions })),
  { module: 'x'.repeat(65) },
  { section: 'x'.repeat(65) },
  { topic: 'x'.repeat(201) },
  { entryId: 'x'.repeat(129) },
  { kinds: 'concept' },
  { kinds: ['concept', 'concept', 'concept', 'concept', 'concept'] },
  { difficulty: 3 },
  { difficulty: { min: 0, max: 5 } },
  { difficulty: { min: 1, max: 6 } },
  { difficulty: { min: 1 } },
  { difficulty: { min: 1, max: 2, step: 1 } },
];
const strangeNames = [
  'admin',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'ID',
  'id ',
  '',
  '\0',
  'sessionid',
  'role',
  'then',
  '$where',
  'é',
  'x'.repeat(5_000),
];
const notJson = [
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  '0x10',
  '01',
  '.5',
  '+1',
  '1.',
  "'x'",
  '`x`',
  '\\u0030',
  '{,}',
  '[1,]',
  '"\n"',
  '"\\x41"',
  '"\\u12"',
];

/** `count` frames from a seed: the same seed gives the same frames, but for their ids. */
export function* generatedFrames(seed: number, count: number, known: Known): Generator<HostileFrame> {
  const random = mulberry32(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const whole = { module: 'llm', kinds: ['concept'], difficulty: { min: 1, max: 5 }, questions: 2 };
  const bases: readonly (() => Fields)[] = [
    () => create({ mode: 'study', plan: whole }),
    () => resume(known),
    () => send(known, { keyPointId: 'p1' }),
    () => start(known, { mode: 'mock', plan: whole }),
    () => cancel(known),
  ];
  const optional = new Set(['mode', 'intent', 'keyPointId']);
  const hasPlan = (base: Fields) => base['plan'] !== undefined;
  const mutations: readonly ((base: Fields) => Omit<HostileFrame, 'name'> | null)[] = [
    (base) => {
      const field = pick(Object.keys(base));
      if (optional.has(field) || (field === 'plan' && base['type'] === 'session.create')) return null;
      return { frame: JSON.stringify({ ...base, [field]: undefined }), expected: 'frame-invalid' };
    },
    (base) => {
      const field = pick(Object.keys(base).filter((name) => wrongValues[name] !== undefined));
      const value = pick(wrongValues[field] ?? [null]);
      return { frame: JSON.stringify({ ...base, [field]: value }), expected: 'frame-invalid' };
    },
    (base) =>
      hasPlan(base)
        ? { frame: JSON.stringify({ ...base, plan: pick(wrongPlans) }), expected: 'frame-invalid' }
        : null,
    (base) => ({
      frame: JSON.stringify({ ...base, [pick(strangeNames)]: pick(strings) }),
      expected: 'frame-invalid',
    }),
    (base) =>
      hasPlan(base)
        ? {
            frame: JSON.stringify({ ...base, plan: { ...whole, [pick(strangeNames)]: 1 } }),
            expected: 'frame-invalid',
          }
        : null,
    (base) => {
      const field = pick(Object.keys(base));
      return { frame: raw({ ...base, [field]: '@' }, pick(notJson)), expected: 'frame-invalid' };
    },
    (base) => {
      const field = pick(['id', 'type', 'v']);
      const value =
        random() < 0.5
          ? deep(1 + Math.floor(random() * 20_000))
          : deepObject(1 + Math.floor(random() * 9_000));
      return { frame: raw({ ...base, [field]: '@' }, value), expected: 'frame-invalid' };
    },
    (base) => {
      const text = JSON.stringify(base);
      return { frame: text.slice(0, Math.floor(random() * (text.length - 1))), expected: 'frame-invalid' };
    },
    (base) => ({
      frame: JSON.stringify({ ...base, v: pick([0, 2, -1, 1e9, 1.1, 1e308]) }),
      expected: 'protocol-version',
    }),
    (base) => {
      const text = JSON.stringify(base);
      return {
        frame: `${text.slice(0, -1)},"__proto__":${pick(['{}', '{"admin":true}', 'null', '[]'])}}`,
        expected: 'frame-invalid',
      };
    },
    (base) => {
      const text = JSON.stringify(base);
      return { frame: `{"type":7,"id":[],"v":9,${text.slice(1)}`, expected: 'taken' };
    },
    (base) =>
      base['type'] === 'session.create'
        ? null
        : {
            frame: JSON.stringify({ ...base, sessionId: known.foreign }),
            expected: 'unauthorized',
          },
    () => {
      const at = Math.floor(random() * known.token.length);
      const other = known.token[at] === 'A' ? 'B' : 'A';
      return {
        frame: JSON.stringify(
          resume(known, { token: known.token.slice(0, at) + other + known.token.slice(at + 1) }),
        ),
        expected: 'unauthorized',
      };
    },
    () => ({
      frame: JSON.stringify(
        send(known, { text: `x${pick(['\0', '\ud800', '\udfff', 'o\u0301'.padEnd(40, '\u0323')])}x` }),
      ),
      expected: 'frame-invalid',
    }),
    () => ({
      frame: JSON.stringify(
        send(known, { text: 'x'.repeat(limits.messageChars + 1 + Math.floor(random() * 90_000)) }),
      ),
      expected: 'payload-too-large',
    }),
    // Bits that flip: whatever it becomes, nobody comes to harm.
    (base) => {
      const bytes = Buffer.from(JSON.stringify(base));
      for (let flips = 0; flips < 3; flips += 1)
        bytes[Math.floor(random() * bytes.length)] = 32 + Math.floor(random() * 95);
      return { frame: bytes.toString('latin1'), expected: 'either' };
    },
    () => {
      const bytes = Buffer.from(
        Array.from({ length: 1 + Math.floor(random() * 300) }, () => Math.floor(random() * 256)),
      );
      return { frame: bytes, expected: 'frame-invalid' };
    },
  ];
  for (let made = 0; made < count;) {
    const index = Math.floor(random() * mutations.length);
    const found = mutations[index]?.(pick(bases)());
    if (!found) continue;
    made += 1;
    yield { name: `seed ${seed}, frame ${made}, mutation ${index}`, ...found };
  }
}
