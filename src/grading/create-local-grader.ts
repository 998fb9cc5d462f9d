/** Puts the local grader, and what leans on its verifier, together from the embeddings and the committed calibration. */
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { withStatements, withoutStatements } from './calibration.ts';
import { LeakCheck } from './leak-check.ts';
import { LocalAppeals } from './local-appeals.ts';
import { LocalGrader } from './local-grader.ts';
import { StatementVerifier } from './statement-verifier.ts';

/**
 * @param embeddings preferably `RecentEmbeddings` over the ingested cache: a turn reads the same clauses
 * twice, and an entry's wordings then cost nothing
 */
export function createLocalGrader(embeddings: VivaEmbeddings): LocalGrader {
  return new LocalGrader({
    embeddings,
    verifier: verifierOf(embeddings),
    withStatements,
    withoutStatements,
  });
}

/** The second look at a disputed verdict; same embeddings as the grader. */
export function createLocalAppeals(embeddings: VivaEmbeddings): LocalAppeals {
  return new LocalAppeals({ grader: createLocalGrader(embeddings), embeddings });
}

/** The check of what the coach is about to say; same embeddings as the grader. */
export function createLeakCheck(embeddings: VivaEmbeddings): LeakCheck {
  return new LeakCheck({ verifier: verifierOf(embeddings), embeddings });
}

/** Grader, appeals and leak check share one, so that an entry's wordings are read once. */
const verifiers = new WeakMap<VivaEmbeddings, StatementVerifier>();

function verifierOf(embeddings: VivaEmbeddings): StatementVerifier {
  const verifier =
    verifiers.get(embeddings) ??
    new StatementVerifier({
      embeddings,
      weights: withStatements.weights,
      weightsWithoutStatements: withoutStatements.weights,
    });
  verifiers.set(embeddings, verifier);
  return verifier;
}
