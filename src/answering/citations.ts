/** Holds a model's sentences to the passages they cite: what no cited passage supports is dropped. */
import type { Relatedness } from '../embedding/relatedness.ts';
import type { AnswerSentence, Lang } from '../protocol.ts';
import { citationOf } from './compose.ts';
import type { MaterialWords } from './material-words.ts';
import type { Passage } from './passages.ts';

/**
 * A sentence is supported by a passage when it comes near one of its sentences in meaning, or fairly near and shares
 * its words. Models miscount passages: where none that is cited supports the sentence, another one may, when it is very
 * near. Strict, because the local answer stands ready: docs/decisions/0005-chat-model.md has the figures.
 */
const support = { near: 0.5, fairlyNear: 0.4, overlap: 0.25, elsewhere: 0.6 };

/** A sentence as the model wrote it, without its markers, and the passages it names (from 1). */
export interface CitedSentence {
  readonly text: string;
  readonly cited: readonly number[];
}

/** Starts at the first of several spaces: tried at each of them, a text of spaces would take its length squared. */
const markers = /(?<!\s)\s*[[［【]\s*\d{1,2}(?:\s*[,，、-]\s*\d{1,2})*\s*[\]］】]/gu;

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
    const citing = sentences.filter(({ cited }) => cited.some((number) => passages[number - 1]));
    const pairs = citing.flatMap((sentence) => passages.map((passage) => ({ sentence, passage })));
    const rows = await this.#relatedness.matrix(
      pairs.map(({ sentence, passage }) => ({
        text: sentence.text,
        wordings: passage.sentences.map((one) => one.text),
      })),
      signal,
    );
    return citing.flatMap((sentence, row): AnswerSentence[] => {
      const found = passages.flatMap((passage, column) => {
        const nearness = rows[row * passages.length + column] ?? [];
        const place = this.#placeOf(sentence.text, passage, nearness, question);
        const citation = place && citationOf(passage.entry, place, lang);
        return citation ? [{ citation, number: column + 1, near: Math.max(-1, ...nearness) }] : [];
      });
      const named = found.filter(({ number }) => sentence.cited.includes(number));
      const nearest = found.sort((a, b) => b.near - a.near)[0];
      const kept = named.length > 0 ? named : nearest && nearest.near >= support.elsewhere ? [nearest] : [];
      return kept.length > 0
        ? [{ text: sentence.text, citations: kept.map(({ citation }) => citation) }]
        : [];
    });
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
