/** What a model has read in one run: passages with numbers that go on from call to call, so that each can be cited. */
import type { Entry } from '../corpus/entry.ts';
import type { Lang } from '../protocol.ts';
import { entryPassages, type Passage } from './passages.ts';

/** Characters of all passages that one run may read. */
const longest = 24_000;

export class ReadingDesk {
  readonly #lang: Lang;
  readonly #passages: Passage[];
  #room = longest;

  /** @param first passages that lie there from the beginning: numbers from 1 */
  constructor(lang: Lang, first: readonly Passage[]) {
    this.#lang = lang;
    this.#passages = [...first];
  }

  /** Everything read so far; passage n is at n − 1. */
  get passages(): readonly Passage[] {
    return this.#passages;
  }

  has(entryId: string): boolean {
    return this.#passages.some(({ entry }) => entry.id === entryId);
  }

  /** The passages of an entry with their numbers; those that lie here already keep theirs. */
  read(entry: Entry): string {
    if (!this.has(entry.id)) {
      for (const passage of entryPassages(entry, this.#lang)) {
        if (passage.text.length > this.#room) continue;
        this.#room -= passage.text.length;
        this.#passages.push(passage);
      }
    }
    const lines = this.listed((passage) => passage.entry.id === entry.id);
    return lines === '' ? 'There is no room to read more. Write from what you have.' : lines;
  }

  listed(wanted: (passage: Passage) => boolean = () => true): string {
    return this.#passages
      .flatMap((passage, index) =>
        wanted(passage) ? [`[${index + 1}] ${passage.text.replace(/\s+/gu, ' ')}`] : [],
      )
      .join('\n\n');
  }
}
