/** The trust card as a page of Markdown: English, with a summary in Chinese. Pure: the same card, the same text. */
import { bracketed, figure, percent, signed, table } from './markdown-parts.ts';
import { verdictsPart } from './trust-card-verdicts.ts';
import type { TrustCard, TrustRun } from './trust-card.ts';
import {
  questionsForInterval,
  type Bin,
  type Estimate,
  type Measured,
  type ReplyKind,
} from './trust-measures.ts';
import type { WorstReply } from './worst-reply.ts';

/** What one types to make the card anew. */
export const cardCommand = 'npx viva eval card --write';

export function trustCardMarkdown(card: TrustCard): string {
  const { withStatements: run, withoutStatements: bare } = card;
  return `${[
    '# Can you believe a grade? The trust card of the local judge',
    `Written by \`${cardCommand}\`; do not edit by hand. The page shows the same figures under *Can I trust it?* (\`#/trust\`).`,
    `${run.all.n} test replies to ${run.all.questions} questions, ${card.made}.`,
    chinese(card),
    '## In short',
    [
      `- **The order is right more often than the number.** Of two replies to one question that gold puts 2 or more points apart, the judge puts ${percent(run.all.rightOrder.value)} in the right order (equal totals count half).`,
      `- **A single grade is rough.** ${percent(run.all.withinOne.value)} of grades lie within 1 point of gold, ${percent(run.all.withinTwo.value)} within 2; ${percent(run.all.overFour.value)} are more than 4 off.`,
      `- **On average it is ${lean(run.all.bias.value)}** (${signed(run.all.bias.value)} points).`,
      `- **Without labelled statements**, as in a bank of your own, ${percent(bare.all.withinTwo.value)} lie within 2 points and Pearson is ${figure(bare.all.pearson.value)} instead of ${figure(run.all.pearson.value)}.`,
      '- Use a grade to find what to read again, point by point with the evidence shown. Do not use it to decide about a person.',
    ].join('\n'),
    '## What was measured',
    table(
      ['what', 'which'],
      [
        ['replies, questions', `${run.all.n} test replies to ${run.all.questions} questions`],
        ...sizes(run),
        [
          'left out',
          `${card.leftOut.unknown} test replies whose question is not in the corpus yet; ${card.leftOut.errors} that stayed ungraded`,
        ],
        ['judge', `\`${card.judge}\`, sources and weights \`${card.fingerprint.judge}\``],
        [
          'model',
          card.models
            .map(({ folder, id, files }) => `\`models/${folder}\`: ${id}, ${files.join(', ')}`)
            .join('; '),
        ],
        [
          'corpus',
          `${card.corpus.entries} entries, ${card.corpus.statements} labelled statements, \`${card.corpus.hash}\``,
        ],
        ['test replies', `\`${card.fingerprint.replies}\``],
        ['made', card.made],
        [
          'time for a grade',
          `p50 ${card.withStatements.latencyMs.p50} ms, p99 ${card.withStatements.latencyMs.p99} ms, one after the other, on the machine that made the card, which may have had other work`,
        ],
      ],
    ),
    'In brackets: 95 % intervals, by drawing the questions (not the replies) again 2,000 times. ' +
      `Where there are fewer than ${questionsForInterval} questions there is none: read such a row as an anecdote.`,
    '## Agreement with gold',
    agreement(run),
    '*Within a question*: the mean rank correlation among the replies to one question. *Right order*: see above. *Bias*: total minus gold.',
    '## By kind of reply',
    'Each question has one of each. `full` and `good` are right, `shallow` names things without saying them, `wrong` is fluent and false, `gaming` tries to earn points without knowing, `variant` is a right reply in an unusual form.',
    kinds(run),
    table(
      ['how it was made', 'replies', 'gold', 'total'],
      Object.entries(run.byVariant).map(([name, one]) => [
        name.replaceAll('_', ' '),
        String(one.n),
        figure(one.gold, 1),
        figure(one.total, 1),
      ]),
    ),
    '## Without statements',
    'The same replies and entries with every labelled statement taken away, as in a bank of your own that has none.',
    agreement(bare),
    kinds(bare),
    '## What a total means',
    'The question that matters to whoever reads a grade: when the judge says so much, how good was the reply?',
    binTable('the judge says', 'gold', run.byTotal),
    'And the other way round: what the judge says of replies that deserve so much.',
    binTable('gold', 'the judge says', run.byGold),
    'How many replies have which gold and which total; a perfect judge fills the diagonal alone.',
    plot(run.points),
    'The first table depends on the mix of replies: a sixth of each kind. Among candidates who know more than that, a low total is a mistake of the judge more often than it says here.',
    '## Verdict by verdict',
    ...verdictsPart(card.verdicts),
    '## What it is bad at',
    ...badAt(run),
    'What becomes of replies that try to fool it (keywords, padding, denials, changed numbers, exchanged roles, orders to the grader and ten more) stands attack by attack in [probes.md](probes.md); the twenty worst grades, read one by one, in [worst-replies.md](worst-replies.md).',
    '### The ten worst',
    'By distance from gold. The line below each is the verdict that moved the total most in that direction, found by arithmetic: where to look first, not a diagnosis.',
    card.worst.map(worst).join('\n'),
    '## How to read this, and its limits',
    ...limits(card),
  ].join('\n\n')}\n`;
}

function chinese({
  withStatements: { all, byReplyKind },
  withoutStatements: bare,
  made,
  leftOut,
  verdicts,
}: TrustCard): string {
  const share = (of: Estimate | undefined) => percent(of?.value ?? null);
  const variant = byReplyKind['variant'];
  return [
    '## 中文摘要',
    `${made}，内置评判模型在 ${all.questions} 道题、${all.n} 条测试回答上与标准分的对照${leftOut.unknown > 0 ? `（另有 ${leftOut.unknown} 条的题目尚未入库，未计入）` : ''}。方括号内是 95 % 区间，按题重抽得到。`,
    '',
    `- **高下比分数可靠。** 同一道题的两条回答，标准分相差 2 分以上时，${percent(all.rightOrder.value)} 排对了先后（同分算一半）。`,
    `- **单个分数比较粗。** 与标准分相差 1 分以内的占 ${percent(all.withinOne.value)}，2 分以内占 ${percent(all.withinTwo.value)}；相差 4 分以上的占 ${percent(all.overFour.value)}。Pearson ${bracketed(all.pearson)}，均方根误差 ${bracketed(all.rmse)}，平均偏差 ${signed(all.bias.value)} 分。`,
    `- **各类回答。** 得 3 分及以下的：投机的回答（gaming）${share(byReplyKind['gaming']?.atMost3)}，流利但错误的回答（wrong）${share(byReplyKind['wrong']?.atMost3)}。得 8 分及以上的：完整的回答（full）${share(byReplyKind['full']?.atLeast8)}。口语、电报式、中英混杂等说法特别的正确回答（variant）平均 ${figure(variant?.total ?? null, 1)} 分，标准分是 ${figure(variant?.gold ?? null, 1)}。`,
    `- **没有标注语句的题库**（例如自己的题库）：Pearson ${bracketed(bare.all.pearson)}，2 分以内的占 ${percent(bare.all.withinTwo.value)}。`,
    `- **逐点的判定。** 由一位参与开发的读者逐点标注了 ${verdicts.replies} 条测试回答的 ${verdicts.n} 个要点，判对 ${percent(verdicts.right)}；标为“拿不准”的判对 ${percent(verdicts.unsure.right)}，其余判对 ${percent(verdicts.sure.right)}。“把握”经过校准，期望校准误差 ${figure(verdicts.calibrationError)}。`,
    '- 测试回答是为测试而写的，标准分随回答一起写定，不是真实面试者的回答，也没有第二个人打分。分数适合用来找该补什么，不适合用来评定一个人。',
  ].join('\n');
}

function sizes(run: TrustRun): string[][] {
  const list = (of: Readonly<Record<string, Measured | ReplyKind>>) =>
    Object.entries(of)
      .map(([name, { n, questions }]) => `${name} ${n} (${questions})`)
      .join(', ');
  return [
    ['by language', list(run.byLang)],
    ['by module', list(run.byModule)],
    ['by kind of question', list(run.byEntryKind)],
    ['by kind of reply', list(run.byReplyKind)],
  ];
}

function agreement(run: TrustRun): string {
  const row = (name: string, one: Measured) => [
    name,
    `${one.n} (${one.questions})`,
    ...[one.pearson, one.spearman, one.withinQuestion].map((of) => bracketed(of)),
    bracketed(one.rightOrder, percent),
    bracketed(one.rmse),
    bracketed(one.bias, signed),
    bracketed(one.withinTwo, percent),
  ];
  const rows = (what: string, of: Readonly<Record<string, Measured>>) =>
    Object.entries(of).map(([name, one]) => row(`${what}${name}`, one));
  return table(
    [
      '',
      'replies (questions)',
      'Pearson',
      'Spearman',
      'within a question',
      'right order',
      'RMSE',
      'bias',
      'within 2',
    ],
    [
      row('**all**', run.all),
      ...rows('', run.byLang),
      ...rows('module ', run.byModule),
      ...rows('kind ', run.byEntryKind),
    ],
  );
}

function kinds(run: TrustRun): string {
  return table(
    ['kind', 'replies', 'gold', 'total', 'total ≤ 3', 'total ≥ 8'],
    Object.entries(run.byReplyKind).map(([name, one]) => [
      name,
      String(one.n),
      figure(one.gold, 1),
      figure(one.total, 1),
      bracketed(one.atMost3, percent),
      bracketed(one.atLeast8, percent),
    ]),
  );
}

function binTable(of: string, other: string, found: readonly Bin[]): string {
  return table(
    [of, 'replies', `${other}: mean`, 'four of five lie in'],
    found.map(({ from, to, n, other: one }) => [
      to === 10 ? `${from} to 10` : `${from} to below ${to}`,
      String(n),
      one ? figure(one.mean, 1) : '–',
      one ? `${figure(one.p10, 1)} to ${figure(one.p90, 1)}` : '–',
    ]),
  );
}

/** Totals upward, gold to the right, both rounded down to whole points. */
function plot(points: TrustRun['points']): string {
  const counts = new Map<string, number>();
  for (const [gold, total, count] of points) {
    const cell = `${Math.floor(gold)} ${Math.floor(total)}`;
    counts.set(cell, (counts.get(cell) ?? 0) + count);
  }
  const scale = Array.from({ length: 11 }, (_, index) => index);
  const line = (total: number) =>
    `${String(total).padStart(8)} │${scale.map((gold) => String(counts.get(`${gold} ${total}`) ?? '·').padStart(4)).join('')}`;
  return [
    '```',
    'total',
    ...scale.toReversed().map(line),
    `${' '.repeat(9)}└${'─'.repeat(44)}`,
    `${' '.repeat(10)}${scale.map((gold) => String(gold).padStart(4)).join('')}  gold`,
    '```',
  ].join('\n');
}

function badAt({ byReplyKind, byEntryKind, byLang }: TrustRun): string[] {
  const wrong = byReplyKind['wrong'];
  const variant = byReplyKind['variant'];
  const kind = (name: string) => byEntryKind[name];
  const lines = [
    `- **Who does what.** A fluent reply that swaps roles, signs or subjects in the right words: ${percent(wrong?.atMost3.value ?? null)} of the \`wrong\` replies get 3 or less, and they get ${figure(wrong?.total ?? null, 1)} on average where gold is ${figure(wrong?.gold ?? null, 1)}. The judge compares wordings and reads no logic.`,
    `- **Right replies in an unusual form.** \`variant\` replies get ${figure(variant?.total ?? null, 1)} where gold is ${figure(variant?.gold ?? null, 1)}: keywords and telegram style, speech, Chinese with English terms throughout.`,
    `- **Code without prose.** It says in symbols what key points say in words (questions of kind \`code\`: bias ${signed(kind('code')?.bias.value ?? null)}, of ${kind('code')?.questions ?? 0} questions).`,
    `- **Languages.** Bias ${signed(byLang['zh']?.bias.value ?? null)} in Chinese, ${signed(byLang['en']?.bias.value ?? null)} in English.`,
  ];
  return [lines.join('\n')];
}

function worst(one: WorstReply, index: number): string {
  const { because } = one;
  const generous = one.total > one.gold;
  const kind = one.variant === null ? one.kind : `${one.kind}, ${one.variant.replaceAll('_', ' ')}`;
  const reason =
    because === null
      ? 'no single verdict explains it'
      : `${because.verdict === 'misconception' ? 'took it for the misconception' : `judged ${because.verdict}`} (${generous ? 'gave' : 'cost'} ${figure(because.points, 1)}): ${escape(because.claim)}`;
  return [
    `${index + 1}. \`${one.id}\`, ${one.lang}, ${kind}: gold ${one.gold}, total ${one.total}, too ${generous ? 'generous' : 'strict'}`,
    `   - ${reason}`,
    `   - > ${escape(one.reply)}`,
  ].join('\n');
}

function limits(card: TrustCard): string[] {
  return [
    [
      '- **Gold is one opinion.** Replies were written for the test, in six kinds, and their scores were set with them: no real candidates, no second rater. How far two people would agree is not known, and no judge can be shown to be better than that.',
      `- **Few questions.** ${card.withStatements.all.questions} questions, unevenly spread over the modules (see above). Rows of a few questions swing with one of them.`,
      '- **The test half chooses nothing.** Weights and thresholds are fitted on other replies to other questions (`eval/grading/calibrate.ts`). But its figures have been read many times while the judge was built, and what was read decides what is tried next: expect a little less on questions that nobody has looked at.',
      '- **The bundled bank.** Entries here have many labelled statements in both languages. Your own bank lies between the two tables, nearer to the second the fewer statements it has.',
      '- **The local judge alone.** With a chat model configured, that model grades and this card says nothing about it; when it fails, the local judge stands in and says so.',
      '- **Whether the card is current** is checked by a test: it fails when the judge, its model, the test replies, or an entry that has test replies is another than the one measured. `docs/decisions/0009-trust-card.md` has the rules.',
    ].join('\n'),
  ];
}

function lean(bias: number | null): string {
  if (bias === null || Math.abs(bias) < 0.25) return 'neither generous nor strict';
  return bias > 0 ? 'too generous' : 'too strict';
}

/** A reply's own words must stay words. */
function escape(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|$~]/g, (character) => `\\${character}`);
}
