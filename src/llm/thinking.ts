/** Takes a leading `<think>…</think>` part out of a stream: some models think aloud before they answer. */

const open = '<think>';
const close = '</think>';

export class ThinkingFilter {
  #held = '';
  #state: 'start' | 'thinking' | 'answer' = 'start';

  /** The part of `text` that belongs to the answer; what cannot be told yet is held back. */
  push(text: string): string {
    if (this.#state === 'answer') return text;
    this.#held += text;
    if (this.#state === 'start') {
      const begun = this.#held.trimStart();
      if (begun.length < open.length && open.startsWith(begun)) return '';
      if (!begun.startsWith(open)) return this.#release(this.#held);
      this.#state = 'thinking';
    }
    const end = this.#held.indexOf(close);
    if (end === -1) {
      // Only a split closing mark must survive.
      this.#held = this.#held.slice(-close.length);
      return '';
    }
    return this.#release(this.#held.slice(end + close.length).trimStart());
  }

  /** What was still held back when the stream ended; '' for a thought that never closed. */
  end(): string {
    return this.#state === 'start' ? this.#release(this.#held) : '';
  }

  #release(text: string): string {
    this.#state = 'answer';
    this.#held = '';
    return text;
  }
}
