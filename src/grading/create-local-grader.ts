/** Puts the local grader together from the embeddings and the committed calibration. */
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { withStatements, withoutStatements } from './calibration.ts';
import { LocalGrader } from './local-grader.ts';
import { StatementVerifier } from './statement-verifier.ts';

/**
 * @param embeddings preferably `RecentEmbeddings` over the ingested cache: a turn reads the same clauses
 * twice, and an entry's wordings then cost nothing
 */
export function createLocalGrader(embeddings: VivaEmbeddings): LocalGrader {
  return new LocalGrader({
    embeddings,
    verifier: new StatementVerifier({
      embeddings,
      weights: withStatements.weights,
      weightsWithoutStatements: withoutStatements.weights,
    }),
    thresholds: withStatements.thresholds,
    thresholdsWithoutStatements: withoutStatements.thresholds,
  });
}
