/** The words that feedback is made of, in both languages. */
import type { EntryKind, Lang, VerdictValue } from '../protocol.ts';

/** How far a reply got, as its first sentence tells it. */
export type Standing = 'everything' | 'nearly' | 'core' | 'some-core' | 'edges' | 'nothing';

/** Wordings that take turns, so that a list does not say the same words line after line. */
export type Turns = readonly [Wording, ...Wording[]];
export type Wording = (quote: string, truth: string) => string;

export interface Phrases {
  readonly right: string;
  readonly wrong: string;
  readonly half: string;
  readonly missing: string;
  readonly unsure: string;
  readonly next: string;
  /** @param open points that are missing or half there */
  standing(standing: Standing, open: number, wrong: boolean): string;
  readonly corrected: Turns;
  readonly completed: Turns;
  /** Words whose verdict the judge is not sure of, beside the point that they are to be compared with. */
  readonly taken: Readonly<Record<Exclude<VerdictValue, 'missing'>, Turns>>;
  /** After missing points of which the judge is not sure. */
  readonly maybeMade: string;
  /** Nothing is open but what the judge is not sure of. */
  readonly compare: string;
  readonly provisional: string;
  ungraded(reason: string): string;
  /** So many more points were missing, none heavier than those spelt out. */
  more(count: number): string;
  /** One of `count` mistakes is the worst: the first. */
  retryWrong(count: number, kind: EntryKind): string;
  /** The first of `count` missing points comes next; `heaviest`: no point of the question weighs more. */
  retryMissing(count: number, heaviest: boolean): string;
  retryHalf(count: number): string;
  /** Nothing was met, so the reference is what helps. */
  readonly readFirst: string;
  /** Something to try once that is done. */
  afterwards(step: string, question: string): string;
  deeper(question: string): string;
  readonly anotherAngle: string;
}

const zhTry: Record<EntryKind, string> = {
  concept: '找个最小的例子推一遍，再用一句话讲出来',
  scenario: '对着一个具体的场景走一遍，再用一句话讲出来',
  code: '用两三个数手算一遍，再改代码',
  resource: '回原资料核对一遍，再用一句话讲出来',
};

const enTry: Record<EntryKind, string> = {
  concept: 'work through the smallest example you can, then say it in one sentence',
  scenario: 'walk through one concrete case, then say it in one sentence',
  code: 'work it out by hand on two or three numbers, then change the code',
  resource: 'look it up in the material itself, then say it in one sentence',
};

const inWords = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

export const phrases: Record<Lang, Phrases> = {
  zh: {
    right: '**讲对的**',
    wrong: '**讲错的**',
    half: '**只讲到一半的**',
    missing: '**没讲到的**',
    unsure: '**拿不准的，请自己对照**',
    next: '**下一步**',
    standing: (standing, open, wrong) => {
      switch (standing) {
        case 'everything':
          return wrong ? '要点都讲到了，但有说错的地方。' : '要点都讲到了，没有说错的地方。';
        case 'nearly':
          return '只差一点就完整了。';
        case 'core':
          if (wrong) return '这道题的核心讲到了，不过有说错的地方。';
          return `这道题的核心讲到了，还有 ${open} 点没讲全。`;
        case 'some-core':
          return wrong ? '核心讲到了一部分，也有说错的地方。' : '核心讲到了一部分，还不完整。';
        case 'edges':
          return wrong
            ? '讲到了一些，但这道题的核心还没有，而且有说错的地方。'
            : '讲到了一些，但这道题的核心还没有。';
        case 'nothing':
          return wrong ? '还没有答到要点，说到的地方有错。' : '还没有答到要点。';
      }
    },
    corrected: [
      (quote, truth) => `${quote}不对。${truth}`,
      (quote, truth) => `${quote}站不住。${truth}`,
      (quote, truth) => `${quote}也要改过来：${truth}`,
    ],
    completed: [
      (quote, truth) => `你提到了${quote}，完整的说法是：${truth}`,
      (quote, truth) => `${quote}只算一半，要讲清楚的是：${truth}`,
      (quote, truth) => `说到${quote}还差一步：${truth}`,
    ],
    taken: {
      covered: [(quote, truth) => `${quote}好像讲到了这一点：${truth}`],
      partial: [
        (quote, truth) => `${quote}离这一点不远：${truth}`,
        (quote, truth) => `说到${quote}时，像是要讲这一点：${truth}`,
      ],
      contradicted: [
        (quote, truth) => `${quote}好像和这一点不一致：${truth}`,
        (quote, truth) => `${quote}也请对照这一点再想想：${truth}`,
      ],
    },
    maybeMade: '这里面也许有你讲过、我没认出来的。',
    compare: '把拿不准的和参考答案对一遍；觉得判错了，就申诉那一点。',
    provisional: '（这是本地评分；聊天模型读过之后会更新。）',
    ungraded: (reason) => `回答已保存，还没有评分：${reason}`,
    more: (count) => `另有 ${count} 点，见参考答案。`,
    retryWrong: (count, kind) =>
      `${count === 1 ? '先把说错的这一点弄对' : '先把“讲错的”第一条弄对'}：${zhTry[kind]}。`,
    retryMissing: (count, heaviest) => {
      const point = count === 1 ? '没讲到的这一点' : '“没讲到的”第一条';
      return heaviest ? `下次从${point}讲起，这道题里没有比它更重的。` : `把${point}补上，再从头讲一遍。`;
    },
    retryHalf: (count) =>
      count === 1
        ? '把只讲到一半的这一点用自己的话说完整，带上原因或数值。'
        : '从“只讲到一半的”第一条开始，用自己的话说完整，带上原因或数值。',
    readFirst: '先看一遍参考答案，合上以后，从“没讲到的”第一条开始用自己的话讲。',
    afterwards: (step, question) => `${step}然后试试这个问题：${question}`,
    deeper: (question) => `可以再往深想一层：${question}`,
    anotherAngle: '换一个具体例子，把同样的内容再讲一遍。',
  },
  en: {
    right: '**What you got right**',
    wrong: '**What is wrong**',
    half: '**Halfway there**',
    missing: '**What was missing**',
    unsure: '**Not sure, so compare for yourself**',
    next: '**Next**',
    standing: (standing, open, wrong) => {
      switch (standing) {
        case 'everything':
          return wrong
            ? 'You made every point, but something you said is wrong.'
            : 'You made every point, and nothing you said was wrong.';
        case 'nearly':
          return 'One point short of a complete answer.';
        case 'core':
          if (wrong) return 'You have the heart of this one, but something you said is wrong.';
          return `You have the heart of this one; ${open === 1 ? 'one point is' : `${inWords[open] ?? open} points are`} not complete yet.`;
        case 'some-core':
          return wrong
            ? 'You have part of what matters most here, but something you said is wrong.'
            : 'You have part of what matters most here, and not yet all of it.';
        case 'edges':
          return wrong
            ? 'There is something in this, but the heart of the question is still open, and something you said is wrong.'
            : 'There is something in this, but the heart of the question is still open.';
        case 'nothing':
          return wrong
            ? 'None of the key points has been made yet, and what was said about them is wrong.'
            : 'None of the key points has been made yet.';
      }
    },
    corrected: [
      (quote, truth) => `${quote} is not right. ${truth}`,
      (quote, truth) => `${quote} doesn't hold. ${truth}`,
      (quote, truth) => `${quote} needs correcting too. ${truth}`,
    ],
    completed: [
      (quote, truth) => `You mentioned ${quote}. The whole point is this: ${truth}`,
      (quote, truth) => `${quote} is half of it. What it takes: ${truth}`,
      (quote, truth) => `With ${quote} you stop one step short. ${truth}`,
    ],
    taken: {
      covered: [(quote, truth) => `${quote} seems to make this point: ${truth}`],
      partial: [
        (quote, truth) => `${quote} comes near this point: ${truth}`,
        (quote, truth) => `With ${quote} you may have had this in mind: ${truth}`,
      ],
      contradicted: [
        (quote, truth) => `${quote} does not seem to agree with this: ${truth}`,
        (quote, truth) => `Check ${quote} against this as well: ${truth}`,
      ],
    },
    maybeMade: 'You may have said some of this in words I did not recognise.',
    compare:
      'Compare what I was not sure about with the reference answer, and appeal the point if I got it wrong.',
    provisional: '(This grade is local for now; it is updated once the chat model has read the reply.)',
    ungraded: (reason) => `Your answer is saved and not graded yet: ${reason}`,
    more: (count) =>
      `${inWords[count] ?? count} more points are in the reference answer.`.replace(/^./, (first) =>
        first.toUpperCase(),
      ),
    retryWrong: (count, kind) =>
      `${count === 1 ? 'Put the mistake above right first' : 'Start with the first mistake above'}: ${enTry[kind]}.`,
    retryMissing: (count, heaviest) => {
      const point = count === 1 ? 'the missing point' : 'the first of the missing points';
      return heaviest
        ? `Next time, open with ${point}: nothing in this question weighs more.`
        : `Add ${point} and give the answer once more from the start.`;
    },
    retryHalf: (count) =>
      `${count === 1 ? 'Finish the half-made point' : 'Take the first of the half-made points and finish it'} in your own words, with the reason or the number behind it.`,
    readFirst:
      'Read the reference answer once, put it away, and explain the first of the missing points in your own words.',
    afterwards: (step, question) => `${step} Then try this one: ${question}`,
    deeper: (question) => `Something to think about: ${question}`,
    anotherAngle: 'Tell it again with one concrete example.',
  },
};
