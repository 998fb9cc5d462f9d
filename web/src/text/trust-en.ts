import type { Text } from './zh.ts';

/** What the page about the judge's reliability says, in English. */
export const trustEn: Text['trust'] = {
  link: 'Can I trust it?',
  title: 'Can you believe a grade?',
  lede: 'How the built-in judge’s totals compare with the gold scores of test replies: what it is good at, where it errs, and how far.',
  size: (replies, questions, date) =>
    `Measured on ${date}: ${replies} test replies to ${questions} questions.`,
  leftOut: (replies) => `${replies} more were left out: their questions are not in the material yet.`,
  otherJudge: (now, measured) =>
    `On this server ${now} gives the grades. The figures below are of the built-in judge (${measured}) alone.`,
  short: {
    order: 'of pairs of replies to one question, 2 or more points of gold apart, are put in the right order',
    withinTwo: 'of totals lie within 2 points of gold',
    overFour: 'of totals are more than 4 points off',
    bias: 'points on average: above 0 is too generous, below too strict',
  },
  advice:
    'The order is right more often than the number, and a single total is rough. Use it to check the evidence point by point and to find what to read again, not to decide about a person. Small figures are 95% intervals, from drawing the questions again 2,000 times; there is none below five questions, where a row is an anecdote.',
  totals: 'When the judge says so much, how good was the reply?',
  totalsLede:
    'Who reads a total wants to know what the reply deserved. Each dot of the figure is a test reply; on the slanted line the two agree.',
  scatterLabel:
    'Scatter plot of gold (to the right) and the judge’s total (upward), with the line of agreement; the table beside it has the figures',
  verdicts: 'Verdict by verdict',
  verdictsLede: (replies, verdicts, right, sure, unsure) =>
    `One reader, who also worked on the judge, went through ${replies} test replies point by point: ${verdicts} verdicts, of which the built-in judge gets ${right} right. Of those marked “not sure”, ${unsure} are right; of the others, ${sure}.`,
  confidences: (error) =>
    `Confidences are calibrated on other questions: of verdicts that are 80% sure, about eight in ten should be right. The expected calibration error on the test replies is ${error} (0 is perfect). A contradiction that the judge is not sure of costs nothing.`,
  agreement: 'Agreement with gold',
  agreementLede:
    'Within a question: rank correlation among the replies to one question, then the mean over questions. RMSE and bias are in points. In brackets: questions.',
  bank: 'Whether the bank has labelled statements',
  withStatements: 'Bundled bank',
  withoutStatements: 'A bank without statements',
  all: 'All',
  langs: { zh: 'Replies in Chinese', en: 'Replies in English' },
  entryKind: (kind) => `Kind: ${kind}`,
  byReplyKind: 'What each kind of reply gets',
  replyKindsLede:
    'Each question has one of each. Full and good ones should score high, shallow ones low, wrong and gaming ones 3 or less.',
  replyKinds: {
    full: 'Full',
    good: 'Good',
    shallow: 'Shallow: named, not explained',
    wrong: 'Fluent and wrong',
    gaming: 'Gaming: points without knowing',
    variant: 'Right, in an unusual form',
  },
  columns: {
    group: 'Group',
    replies: 'Replies (questions)',
    pearson: 'Pearson',
    spearman: 'Spearman',
    within: 'Within a question',
    order: 'Right order',
    rmse: 'RMSE',
    bias: 'Bias',
    withinTwo: 'Within 2',
    sureTo: 'Sure to',
    verdicts: 'Verdicts',
    right: 'Right',
    kind: 'Kind',
    count: 'Replies',
    gold: 'Gold',
    total: 'Total',
    atMost3: '3 or less',
    atLeast8: '8 or more',
    judgeSays: 'The judge says',
    goldMean: 'Gold, mean',
    mostLieIn: 'Four of five lie in',
  },
  upTo: (from, to) => `${from} to ${to}`,
  below: (from, to) => `${from} to below ${to}`,
  worst: 'The ten worst',
  worstLede:
    'By distance from gold. Below each stands the verdict that moved the total most that way, found by arithmetic: where to look first, not a diagnosis.',
  goldAndTotal: (gold, total) => `gold ${gold}, total ${total}`,
  gave: (verdict, points) => `Judged ${verdict.toLowerCase()}, which gave ${points}:`,
  cost: (verdict, points) => `Judged ${verdict.toLowerCase()}, which cost ${points}:`,
  misconception: 'a misconception',
  limits: 'How to read this, and its limits',
  limitList: [
    'Gold is one opinion. Replies were written for the test, in six kinds, and their scores were set with them: no real candidates, no second rater.',
    'The questions are few, and unevenly spread over the modules; a row of a few questions swings with one of them.',
    'The judge compares wordings and reads no logic: many errors that swap roles, signs or subjects in the right words get through.',
    'Right replies in telegram style, in speech or in mixed languages, and code without prose, are often graded too low.',
    'Weights and thresholds were fitted on other questions, and the test half chose nothing. But its figures have been read many times during development: expect a little less on questions nobody has looked at.',
    'If your own bank has no labelled statements, read the column for a bank without statements.',
    'With a language model configured, that model grades, and these figures say nothing about it; when it is away the built-in judge stands in, and the page says so.',
  ],
  measured: 'What was measured',
  facts: {
    judge: 'Judge',
    model: 'Model files',
    corpus: 'Material',
    corpusIs: (entries, statements, hash) =>
      `${entries} questions, ${statements} labelled statements · ${hash}`,
    replies: 'Test replies',
    made: 'Date',
    time: 'Time for a grade',
  },
};
