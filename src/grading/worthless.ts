/** Clauses that earn nothing whatever words they hold: the question again, keyword lists, talk to the grader. */
import { contentTokens } from '../corpus/content-tokens.ts';
import type { Clause } from './clauses.ts';

/** A clause whose words stand in the question to this share repeats it; less is enough when it asks. */
const echoShare = 0.9;
const askedEchoShare = 0.75;
const interrogative = /怎么|怎样|如何|什么|哪些|哪个|多少|为何|\b(?:how|why|what|which)\b/iu;

/** This many list items in a row without a single sentence among them are keywords, not an answer. */
const listItems = 6;

const toTheGrader =
  /(?:忽略|无视|忘记|不要管).{0,24}(?:指令|规则|要求|提示|标准)|(?:给|打|判|算)我?.{0,6}(?:满分|高分|10\s*分|十分)|(?:评分|打分|阅卷|判分)(?:系统|员|者|老师|模型|标准)|所有(?:要点|得分点).{0,8}(?:覆盖|满足|命中)|(?:覆盖|满足|命中).{0,4}所有(?:要点|得分点)|(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|rules?|rubric|prompt|guidelines?)|\b(?:give|award|mark|score|rate|grade)\b.{0,30}\b(?:full (?:marks?|score|credit)|10\b|ten\b|perfect|maximum|as covered|as correct)|\b(?:system prompt|you are (?:now )?(?:a|an|the) (?:grader|examiner|ai)|dear (?:grader|examiner)|all (?:key )?points? (?:are|is|as) (?:covered|met))\b/iu;

/** Words that make a claim of a list of nouns. */
const predicate =
  /是|把|让|使|会|就|所以|因为|如果|那么|而|但|等于|不|没|可以|能够|需要|应该|意味|导致|变成|用来|从|被|将|得到|之后|之前|的时候|\b(?:is|are|was|be|been|has|have|does|do|so|because|if|when|then|that|which|to|by|with|from|into|the|a|an|as|than|not|no|gives?|makes?|keeps?|means?|uses?|adds?|lets?|needs?|reduces?|starts?|becomes?|computes?)\b|[=＝<>≤≥→:：]/iu;

/** True for a clause addressed to whoever grades. */
export function addressesGrader(text: string): boolean {
  return toTheGrader.test(text);
}

/** True for a clause that says nothing but the question's own words. */
export function echoesQuestion(text: string, questions: readonly string[]): boolean {
  const words = wordsAndCharacters(text);
  if (words.size < 3) return false;
  const needed = interrogative.test(text) ? askedEchoShare : echoShare;
  return questions.some((question) => {
    const asked = wordsAndCharacters(question);
    let shared = 0;
    for (const word of words) if (asked.has(word)) shared++;
    return shared / words.size >= needed;
  });
}

/** Latin words and single Han characters: a question said again in another order has the same ones. */
function wordsAndCharacters(text: string): Set<string> {
  return new Set(
    contentTokens(text).flatMap((token) => (/^\p{Script=Han}/u.test(token) ? Array.from(token) : [token])),
  );
}

/** Offsets of the stretches of a reply that are lists of bare keywords. */
export function keywordLists(reply: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let run: { start: number; end: number }[] = [];
  const close = () => {
    const first = run[0];
    const last = run.at(-1);
    if (run.length >= listItems && first && last) found.push({ start: first.start, end: last.end });
    run = [];
  };
  for (const match of reply.matchAll(/[^、，,;；|/\n·•。．\t]+/gu)) {
    const text = match[0].trim();
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    const words = text.split(/\s+/).length;
    const short = /\p{Script=Han}/u.test(text) ? [...text].length <= 12 : words <= 4;
    const piece = { start: match.index, end: match.index + match[0].length };
    const bare = !predicate.test(text);
    if (bare && short) {
      run.push(piece);
    } else {
      close();
      // Keywords with nothing but spaces between them.
      if (bare && words >= listItems + 2) found.push(piece);
    }
  }
  close();
  return found;
}

/** True for a clause that the candidate asks instead of saying it. */
function isAsked(reply: string, clause: Clause): boolean {
  return /^\s*[？?]/u.test(reply.slice(clause.end, clause.end + 3));
}

/** The clauses of a reply that may earn or cost something; of several that say the same, the first. */
export function worthyClauses(
  reply: string,
  clauses: readonly Clause[],
  questions: readonly string[],
): Clause[] {
  const lists = keywordLists(reply);
  const said = new Set<string>();
  return clauses.filter((clause) => {
    const words = contentTokens(clause.text).join(' ');
    const repeated = words !== '' && said.has(words);
    said.add(words);
    return (
      !repeated &&
      !isAsked(reply, clause) &&
      !addressesGrader(clause.text) &&
      !echoesQuestion(clause.text, questions) &&
      !lists.some((list) => clause.start >= list.start - 1 && clause.end <= list.end + 1)
    );
  });
}
