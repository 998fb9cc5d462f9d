/**
 * What a chat model makes of hints and clarifications, and what the check of them catches:
 *
 *   npx tsx test/model/talk.ts --n 50 --out talk.jsonl     # with the chat model of the settings
 *
 * Replies of the training and development halves, graded locally, leave points open; the texts must not state them. Every
 * text is printed with what became of it, because only a reader can tell what got through.
 */
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { leakedPiece } from '../../eval/attacks/leaks.ts';
import { openChatModel, openGrading } from '../../src/cli/graders-and-answerers.ts';
import { pick, seededRandom, shuffled } from '../../src/coach/random.ts';
import { loadConfig, packageRoot } from '../../src/config.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { gradingCaseSchema } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { createLeakCheck } from '../../src/grading/create-local-grader.ts';
import type { ChatModel } from '../../src/llm/chat-model.ts';
import { ModelPhraser } from '../../src/talk/model-phraser.ts';
import { TalkCheck } from '../../src/talk/talk-check.ts';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    /** One JSON object a text. */
    out: { type: 'string' },
  },
});
const seed = Number(values.seed);
const askedBack = {
  zh: ['你是指训练的时候还是推理的时候？', '这道题是问原理还是问实现？', '能再说清楚一点你想问什么吗？'],
  en: [
    'Do you mean during training or at inference?',
    'What exactly are you asking?',
    'Is this about the idea or the code?',
  ],
} as const;

const config = loadConfig();
const chosen = await openChatModel(config);
if (!chosen) throw new Error('No chat model is set: give VIVA_LLM_URL and VIVA_LLM_MODEL.');
const model: ChatModel = chosen;
const folder = join(packageRoot, 'eval', 'grading');
const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
const cases = (await Promise.all(files.map((file) => readJsonl(join(folder, file), gradingCaseSchema))))
  .flat()
  .map(({ value }) => value)
  .filter(({ split, kind }) => split !== 'test' && ['shallow', 'wrong', 'good', 'variant'].includes(kind));
const { entries } = await loadCorpus(config.folders.corpus);
const known = new Map(entries.map((entry) => [entry.id, entry]));
const opened = await openGrading({ ...config, llm: null });
const check = new TalkCheck({ leaks: createLeakCheck(opened.embeddings), embeddings: opened.embeddings });

let written = '';
const listening: ChatModel = {
  id: model.id,
  complete: (request, schema, name) => model.complete(request, schema, name),
  async *stream(request) {
    written = '';
    for await (const piece of model.stream(request)) {
      written += piece;
      yield piece;
    }
  },
};
let outcome = '';
const phraser = new ModelPhraser({
  model: listening,
  check,
  onOutcome: (_deed, came) => void (outcome = came),
  patienceMs: config.llm?.timeoutMs ?? 60_000,
});

const outcomes = new Map<string, number>();
let slipped = 0;
if (values.out !== undefined) writeFileSync(values.out, '');
try {
  for (const [index, one] of shuffled(cases, seededRandom(seed, 'talk'))
    .slice(0, Number(values.n))
    .entries()) {
    const entry = known.get(one.id);
    if (!entry) continue;
    const grade = await opened.grader.grade({ entry, reply: one.answer, lang: one.lang });
    const unmet = grade.verdicts.flatMap(({ keyPointId, value }) =>
      value === 'covered' ? [] : [keyPointId],
    );
    const kind = index % 5 === 4 ? ('clarify' as const) : ('hint' as const);
    const level = 1 + (index % 3);
    const message =
      kind === 'clarify'
        ? pick([...askedBack[one.lang]], seededRandom(seed, one.id))
        : one.lang === 'zh'
          ? '给点提示'
          : 'A hint, please.';
    const began = performance.now();
    const phrased = await phraser.phrase({
      kind,
      entry,
      lang: one.lang,
      question: entry.question[one.lang],
      main: null,
      message,
      said: [one.answer],
      level,
      unmet,
    });
    const open = { ...entry, keyPoints: entry.keyPoints.filter(({ id }) => unmet.includes(id)) };
    const leak = leakedPiece(written, open, [
      one.answer,
      message,
      ...entry.hints.flatMap(({ zh, en }) => [zh, en]),
      entry.question.zh,
      entry.question.en,
    ]);
    outcomes.set(`${kind} ${outcome}`, (outcomes.get(`${kind} ${outcome}`) ?? 0) + 1);
    if (phrased && leak !== '') slipped += 1;
    const line = {
      id: one.id,
      lang: one.lang,
      kind,
      level,
      outcome,
      text: written.trim(),
      leak,
      seconds: (performance.now() - began) / 1000,
      unmet,
    };
    if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify(line)}\n`);
    process.stdout.write(
      `${one.id} ${one.lang} ${kind} ${kind === 'hint' ? level : ''} ${outcome}: ${written.trim().replaceAll(/\s+/g, ' ')}\n`,
    );
  }
} finally {
  await opened.close();
}
process.stdout.write(
  `${[...outcomes].map(([name, count]) => `${name} ${count}`).join(', ')}; used although characters of the reference stand in it: ${slipped}\n`,
);
