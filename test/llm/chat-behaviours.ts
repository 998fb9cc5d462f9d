/** Everything that a scripted server can be asked to do, by name; one for each request, chosen by a seed. */
import { mulberry32, pick, type Random } from '../../src/coach/random.ts';
import {
  callsTools,
  drops,
  fails,
  givesNoChoice,
  hangs,
  hangsUp,
  neverEnds,
  says,
  sends,
  stalls,
  thinks,
} from './chat-steps.ts';
import { careless, generous, harsh, honest, inForm, inventive, selfContradicting } from './chat-minds.ts';
import type { Answer } from './chat-wire.ts';
import type { SeenRequest, Step } from './scripted-chat-server.ts';

type Mind = (request: SeenRequest) => Answer;

/** The same answer with its text changed; arguments of a tool call are changed in the same way. */
function changed(mind: Mind, change: (text: string) => string): Mind {
  return (request) => {
    const answer = mind(request);
    return {
      ...answer,
      ...(answer.text === undefined ? {} : { text: change(answer.text) }),
      ...(answer.calls
        ? { calls: answer.calls.map((call) => ({ ...call, arguments: change(call.arguments) })) }
        : {}),
    };
  };
}

const beginning = '{"keyPoints":[{"id":"K1","verdict":"cov';

/** Answers that are all right: whoever reads them must not notice a difference. */
export const healthy = {
  plain: () => thinks(inForm(honest)),
  'odd chunks': (random) => thinks(inForm(honest), { chunks: 'odd', random }),
  'fenced JSON': () => thinks(changed(inForm(honest), (text) => `\`\`\`json\n${text}\n\`\`\``)),
  'JSON among words': () =>
    thinks(changed(inForm(honest), (text) => `Here it is:\n${text}\nI hope it helps.`)),
  'a thought before': () => thinks(changed(inForm(honest), (text) => `<think>Hm, {"a":1}.</think>\n${text}`)),
  'no usage': () =>
    thinks((request) => {
      const { usage: _, ...answer } = inForm(honest)(request);
      return answer;
    }),
  'a little slow': (random) => thinks(inForm(honest), { waitMs: 50 + 250 * random() }),
} satisfies Record<string, (random: Random) => Step>;

/** Answers of the right form that must not be believed as they are. */
export const untrue = {
  'full marks for everyone': () => thinks(inForm(generous)),
  'quotes that are not in the reply': () => thinks(inForm(inventive)),
  'nothing is right': () => thinks(inForm(harsh)),
  'covered without a quote': () => thinks(inForm(careless)),
  'two verdicts for a point': () => thinks(inForm(selfContradicting)),
} satisfies Record<string, (random: Random) => Step>;

/** No answer at all, or none that can be read. */
export const faulty = {
  'wrong JSON': () => thinks(changed(inForm(honest), (text) => text.slice(0, Math.floor(text.length / 2)))),
  'another form': () => says('{"score": 10, "comment": "excellent"}'),
  prose: () => says('The reply is very good, I would give it ten out of ten.'),
  'empty text': () => says(''),
  'no choice': () => givesNoChoice,
  'a page instead of JSON': () => sends('<html><body>504 Gateway Time-out</body></html>', 'text/html'),
  'cut off by length': () => says(beginning, { finish: 'length' }),
  'withheld by a filter': () => says('', { finish: 'content_filter' }),
  'a tool nobody has': () => callsTools({ name: 'delete_everything', arguments: '{}' }),
  'a tool with bad arguments': () => callsTools({ name: 'search', arguments: '{"query": 17, ' }),
  '400': () => fails(400),
  '401': () => fails(401),
  '404': () => fails(404),
  '429': () => fails(429),
  '429 with retry-after': () => fails(429, { 'retry-after': '1' }),
  '429 for an hour': () => fails(429, { 'retry-after': '3600' }),
  '500': () => fails(500),
  '503': () => fails(503, { 'retry-after': '1' }),
  'hangs up': () => hangsUp,
  'a stall before the first byte': () => hangs,
  'a stall in the middle': () => stalls(beginning),
  'a stream that is cut': () => drops(beginning),
  'a reply that never ends': () => neverEnds(),
} satisfies Record<string, (random: Random) => Step>;

export const behaviours: Readonly<Record<string, (random: Random) => Step>> = {
  ...healthy,
  ...untrue,
  ...faulty,
};

export type BehaviourName = keyof typeof healthy | keyof typeof untrue | keyof typeof faulty;

/** A step that behaves as its name says. */
export function behaves(name: BehaviourName, random: Random = mulberry32(1)): Step {
  const make = behaviours[name];
  if (!make) throw new Error(`no behaviour '${name}'`);
  return make(random);
}

export interface ByChance {
  readonly step: Step;
  /** How often each was chosen. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Another behaviour for each request. The first one for a request follows the seed alone, so a run can be repeated.
 * @param names default: all
 */
export function byChance(seed: number, names: readonly string[] = Object.keys(behaviours)): ByChance {
  const random = mulberry32(seed);
  const counts: Record<string, number> = {};
  const [first, ...rest] = names;
  if (first === undefined) throw new Error('no behaviour to choose from');
  return {
    counts,
    step: (response, request) => {
      const name = pick([first, ...rest], random);
      counts[name] = (counts[name] ?? 0) + 1;
      return behaves(name as BehaviourName, random)(response, request);
    },
  };
}
