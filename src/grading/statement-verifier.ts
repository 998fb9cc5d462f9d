/**
 * The first verifier: compares a clause with a key point's labelled statements, by vectors and words.
 * Needs no training beyond a handful of calibrated weights, and works (less well) without statements.
 */
import type { Entry } from '../corpus/entry.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { mapInSlices } from './breather.ts';
import { readClauses } from './clause-reading.ts';
import { gatherEvidence } from './evidence.ts';
import { probabilitiesOf, type StatementWeights } from './statement-model.ts';
import { teach, type Teaching } from './teaching.ts';
import type { Claim, Verifier, VerdictProbabilities } from './verifier.ts';

const nothing: VerdictProbabilities = { covered: 0, partial: 0, missing: 1, contradicted: 0 };

export class StatementVerifier implements Verifier {
  readonly id: string;
  readonly #embeddings: VivaEmbeddings;
  readonly #weights: StatementWeights;
  readonly #weightsWithoutStatements: StatementWeights;
  // Entries are replaced, never changed, when the corpus is read again.
  readonly #taught = new WeakMap<Entry, Promise<Teaching>>();

  constructor(options: {
    embeddings: VivaEmbeddings;
    weights: StatementWeights;
    weightsWithoutStatements: StatementWeights;
  }) {
    this.#embeddings = options.embeddings;
    this.#weights = options.weights;
    this.#weightsWithoutStatements = options.weightsWithoutStatements;
    this.id = `statements/${options.embeddings.id}`;
  }

  /** The entry's wordings, embedded once. */
  teaching(entry: Entry): Promise<Teaching> {
    let taught = this.#taught.get(entry);
    if (!taught) {
      taught = teach(entry, this.#embeddings);
      this.#taught.set(entry, taught);
      // A failure must not be remembered.
      taught.catch(() => this.#taught.delete(entry));
    }
    return taught;
  }

  async judge(
    entry: Entry,
    _question: string,
    claims: readonly Claim[],
    signal?: AbortSignal,
  ): Promise<readonly VerdictProbabilities[]> {
    const teaching = await this.teaching(entry);
    const clauses = [...new Set(claims.map(({ clause }) => clause))];
    const readings = await readClauses(clauses, teaching, this.#embeddings, signal);
    const judgeOne = ({ keyPoint, clause }: Claim): VerdictProbabilities => {
      const point = teaching.points.get(keyPoint.id);
      const reading = readings.get(clause);
      if (!point || !reading) return nothing;
      const weights = point.axis ? this.#weights : this.#weightsWithoutStatements;
      return probabilitiesOf(gatherEvidence(reading, point, teaching), weights);
    };
    return mapInSlices(claims, judgeOne, signal);
  }
}
