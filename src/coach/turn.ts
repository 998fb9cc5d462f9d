/** The events of one turn while they come together: each is folded into the state at once. */
import type { Entry } from '../corpus/entry.ts';
import type { NewEvent, SessionEvent } from '../protocol.ts';
import type { Material } from './effects.ts';
import { pick, seededRandom, type Random } from './random.ts';
import { evolveNew, type CoachState } from './state.ts';
import { textsFor, type Texts, type Variants } from './texts/texts.ts';

export type About = Extract<SessionEvent, { type: 'coach.said' }>['about'];

export class Turn {
  #state: CoachState;
  readonly #events: NewEvent[] = [];
  readonly material: Material;
  /** One stream of choices per turn: the same state and seed say the same words. */
  readonly random: Random;

  constructor(state: CoachState, material: Material, seed: number) {
    this.#state = state;
    this.material = material;
    this.random = seededRandom(seed, `turn ${state.seq}`);
  }

  /** The state after the events so far. */
  get state(): CoachState {
    return this.#state;
  }

  get events(): readonly NewEvent[] {
    return this.#events;
  }

  /** The coach's words in the session's language. */
  get texts(): Texts {
    return textsFor(this.#state.lang);
  }

  entry(id: string): Entry | null {
    return this.material.get(id) ?? null;
  }

  emit(event: NewEvent): void {
    this.#events.push(event);
    this.#state = evolveNew(this.#state, event);
  }

  say(about: About, text: Variants | string): void {
    this.emit({ type: 'coach.said', about, text: typeof text === 'string' ? text : this.choose(text) });
  }

  choose(variants: Variants): string {
    return pick(variants, this.random);
  }
}
