/** The part of a question that a key point answers: asked again, it says where to look and not what to say. */
import { contentTokens } from '../corpus/content-tokens.ts';

/** Shorter pieces are no question by themselves. */
const shortestPart = 6;

/** Fewer words in common are chance. */
const fewestShared = 2;

/** Words of questions as such. */
const asking = new Set('how what why when where if 什么 如何 怎么 怎样 哪些 为什 多少'.split(' '));

/**
 * The part of `question` that has most words in common with the claim; null when the question has one part only, or
 * none of its parts is clearly the one.
 */
export function questionPart(question: string, claim: string): string | null {
  const wanted = new Set(contentTokens(claim).filter((token) => !asking.has(token)));
  const rated = partsOf(question)
    .map((part) => ({
      part,
      shared: new Set(contentTokens(part).filter((token) => wanted.has(token))).size,
    }))
    .toSorted((a, b) => b.shared - a.shared);
  const [best, second] = rated;
  if (!best || !second || best.shared < fewestShared || best.shared === second.shared) return null;
  return best.part;
}

/** Sentences, and clauses that begin with a question word. */
function partsOf(question: string): string[] {
  return question
    .split(
      /(?<=[。？?；;！!])|(?<=\.)\s+(?=[A-Z])|[，,]\s*(?:and\s+)?(?=(?:how|what|why|which|when|where)\b|为什么|如何|怎么|怎样|有哪些|有什么|各)/u,
    )
    .map((part) => part.trim().replace(/[。.；;，,？?]+$/u, ''))
    .filter((part) => part.length >= shortestPart);
}
