/** Puts the local grader together from the embeddings and the committed calibration. */
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { RecentEmbeddings } from '../embedding/recent-embeddings.ts';
import { withStatements, withoutStatements } from './calibration.ts';
import { LocalGrader } from './local-grader.ts';
import { StatementVerifier } from './statement-verifier.ts';

/** @param embeddings preferably with the ingested cache below, so that an entry's wordings cost nothing */
export function createLocalGrader(embeddings: VivaEmbeddings): LocalGrader {
  // A turn reads the same clauses twice: for the verdicts and for the misconceptions.
  const recent = new RecentEmbeddings(embeddings);
  return new LocalGrader({
    embeddings: recent,
    verifier: new StatementVerifier({
      embeddings: recent,
      weights: withStatements.weights,
      weightsWithoutStatements: withoutStatements.weights,
    }),
    thresholds: withStatements.thresholds,
    thresholdsWithoutStatements: withoutStatements.thresholds,
  });
}
