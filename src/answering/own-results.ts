/** Questions about how the candidate did: answered from the session's own verdicts, which need no model. Pure. */
import type { Answer, AnswerSentence, Lang, VerdictValue } from '../protocol.ts';

/** A question of this session as it was graded. */
export interface OwnResult {
  /** Its number in the interview, from 1. */
  readonly number: number;
  readonly entryId: string;
  readonly question: string;
  readonly total: number | null;
  readonly points: readonly { readonly claim: string; readonly value: VerdictValue }[];
}

const asks = [
  /(?:我的|我这[次场轮]|我刚才|我目前).{0,8}(?:得分|分数|成绩|表现|薄弱|弱项)/u,
  /我.{0,10}(?:得了?(?:多少|几)分|漏了|没答好|答得(?:怎么样|如何|不好|最差|最好)|哪(?:里|些|几|道).{0,8}(?:错|漏|不好|不足|差|弱))/u,
  /(?:哪(?:道|些|几)题?|哪里).{0,10}我.{0,8}(?:错|漏|没说|没答|不好|弱)/u,
  /\b(?:my|mine)\b.{0,24}\b(?:scores?|results?|grades?|weak(?:est)?|weakness(?:es)?|mistakes?|performance)\b/iu,
  /\b(?:how|what|which|where)\b.{0,30}\bI\b.{0,16}\b(?:do|doing|done|scored?|get|got|miss(?:ed)?|fail(?:ed)?|wrong|worst|best)\b/iu,
];

/** True for a question about the asker's own grades. */
export function asksOwnResults(question: string): boolean {
  return question.length <= 200 && asks.some((pattern) => pattern.test(question.normalize('NFKC')));
}

/** Most points named of one question. */
const namedPoints = 3;

/** What stands in the verdicts, the weakest question first; each sentence names the result that it tells of. */
export function ownResultsAnswer(results: readonly OwnResult[], lang: Lang): Answer {
  const sentences = results
    .toSorted((a, b) => (a.total ?? 11) - (b.total ?? 11) || a.number - b.number)
    .slice(0, 5)
    .map(({ number, entryId, question, total, points }): AnswerSentence => {
      const unmet = points.filter(({ value }) => value !== 'covered').map(({ claim }) => claim);
      const named = unmet.slice(0, namedPoints).join(lang === 'zh' ? '；' : '; ');
      const rest = unmet.length - namedPoints;
      const text =
        lang === 'zh'
          ? `第 ${number} 题得 ${total ?? '–'} 分（满分 10）${unmet.length === 0 ? '，要点都说到了' : `，还没说全的要点：${named}${rest > 0 ? `，另有 ${rest} 个` : ''}`}。`
          : `Question ${number}: ${total ?? '–'} of 10${unmet.length === 0 ? ', every key point made' : `; not made in full: ${named}${rest > 0 ? `, and ${rest} more` : ''}`}.`;
      return { text, citations: [], results: [{ number, entryId, question, total }] };
    });
  return { kind: 'answered', sentences, author: 'local' };
}
