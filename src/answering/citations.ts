/** Holds a model's sentences to the passages they cite: what no cited passage supports is dropped. */
import type { Relatedness } from '../embedding/relatedness.ts';
import type { AnswerSentence, Citation, Lang } from '../protocol.ts';
import { citationOf } from './compose.ts';
import type { MaterialWords } from './material-words.ts';
import type { Passage } from './passages.ts';

/**
 * A sentence is supported by a passage when it comes near one of its sentences in meaning, or fairly near and shares
 * its words. Strict, because the local answer stands ready: docs/decisions/0005-chat-model.md has the figures.
 */
const support = { near: 0.5, fairlyNear: 0.4, overlap: 0.25 };

/** A sentence as the model wrote it, without its markers, and the passages it names (from 1). */
export interface CitedSentence {
  readonly text: string;
  readonly cited: readonly number[];
}

const markers = /\s*[[［【]\s*\d{1,2}(?:\s*[,，、-]\s*\d{1,2})*\s*[\]］】]/gu;

/** Cuts a model's text at sentence ends; markers may stand before or after the full stop. */
export function citedSentences(text: string): CitedSentence[] {
  const marker = markers.source;
  const sentence = new RegExp(
    String.raw`(?:(?!\n)[\s\S])+?(?:[。！？]|(?<!\b(?:e\.g|i\.e|vs|etc|cf|al|[A-Z]))[.!?](?=\s|$|[[［【]))(?:${marker})*|[^\n]+`,
    'gu',
  );
  return [...text.matchAll(sentence)].flatMap(([raw]) => {
    const cited = [...raw.matchAll(markers)].flatMap(([mark]) => [...mark.matchAll(/\d+/gu)].map(Number));
    const plain = raw
      .replace(markers, '')
      .replace(/^\s*(?:[-*+]|\d+[.)])\s+/u, '')
      .trim();
    return /[\p{L}\p{N}]/u.test(plain) ? [{ text: plain, cited: [...new Set(cited)] }] : [];
  });
}

export class CitationCheck {
  readonly #relatedness: Relatedness;
  readonly #words: MaterialWords;

  constructor(relatedness: Relatedness, words: MaterialWords) {
    this.#relatedness = relatedness;
    this.#words = words;
  }

  /** The supported sentences with the places that support them; a sentence without a valid citation is not supported. */
  async keepSupported(
    sentences: readonly CitedSentence[],
    passages: readonly Passage[],
    question: string,
    lang: Lang,
    signal?: AbortSignal,
  ): Promise<AnswerSentence[]> {
    const pairs = sentences.flatMap((sentence) =>
      sentence.cited.flatMap((number) => {
        const passage = passages[number - 1];
        return passage ? [{ sentence, passage }] : [];
      }),
    );
    const rows = await this.#relatedness.matrix(
      pairs.map(({ sentence, passage }) => ({
        text: sentence.text,
        wordings: passage.sentences.map((one) => one.text),
      })),
      signal,
    );
    const kept: AnswerSentence[] = [];
    for (const sentence of sentences) {
      const citations = pairs.flatMap((pair, index): Citation[] => {
        if (pair.sentence !== sentence) return [];
        const place = this.#placeOf(sentence.text, pair.passage, rows[index] ?? [], question);
        return place ? [citationOf(pair.passage.entry, place, lang)] : [];
      });
      if (citations.length > 0) kept.push({ text: sentence.text, citations });
    }
    return kept;
  }

  /** The passage's nearest sentence, when it supports the text. */
  #placeOf(text: string, passage: Passage, nearness: readonly number[], question: string) {
    const near = Math.max(-1, ...nearness);
    const place = passage.sentences[nearness.indexOf(near)];
    if (!place || !numbersStand(text, `${passage.text} ${question}`)) return null;
    const overlap = this.#words.overlap(this.#words.weighed(text), passage.text);
    const supported = near >= support.near || (near >= support.fairlyNear && overlap >= support.overlap);
    return supported ? place : null;
  }
}

/** True when every number of the text stands in the source: invented figures are the costliest inventions. */
function numbersStand(text: string, source: string): boolean {
  const numbers = (from: string) => new Set(from.normalize('NFKC').match(/\d+(?:[.,]\d+)*/gu) ?? []);
  const known = numbers(source);
  return [...numbers(text)].every((number) => known.has(number));
}
