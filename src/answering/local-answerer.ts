/** Answers free questions without a chat model: sentences of the references, or a refusal that names the nearest topics. */
import { Relatedness } from '../embedding/relatedness.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import type { Answer, Lang } from '../protocol.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import type { Answerer, AnswerRequest } from './answerer.ts';
import { composeAnswer } from './compose.ts';
import { MaterialWords, type Material, type Terms } from './material-words.ts';
import { asksOwnResults, ownResultsAnswer } from './own-results.ts';
import { ScopeJudge, scopeDepth, type ScopeJudgement, type ScopeWeights } from './scope.ts';

/** Characters of a question that are looked up; a pasted essay does not make the search slower. */
const longestQuestion = 600;
/** Topics that a refusal names. */
const nearestTopics = 3;

export interface LocalAnswererOptions {
  readonly retriever: Retriever;
  readonly embeddings: VivaEmbeddings;
  /** The material as it is now; a new map when it was reloaded. */
  readonly material: () => Material;
  /** The tokenizer that the index uses. */
  readonly terms: Terms;
  /** Default: `scope-weights.json`. */
  readonly weights?: ScopeWeights;
}

/** A question after it was looked up. */
export interface Findings {
  readonly question: string;
  readonly judgement: ScopeJudgement;
  readonly material: Material;
  readonly words: MaterialWords;
}

export class LocalAnswerer implements Answerer {
  readonly #options: LocalAnswererOptions;
  readonly #judge: ScopeJudge;
  #words: { readonly of: Material; readonly words: MaterialWords } | null = null;

  constructor(options: LocalAnswererOptions) {
    this.#options = options;
    this.#judge = new ScopeJudge(new Relatedness(options.embeddings, 'passage'), options.weights);
  }

  async answer(request: AnswerRequest): Promise<Answer> {
    const { results = [] } = request;
    if (results.length > 0 && asksOwnResults(request.question)) {
      request.onStage?.({ kind: 'results' });
      return ownResultsAnswer(results, request.lang);
    }
    return this.answerFrom(await this.lookUp(request), request.lang);
  }

  /** Retrieves and decides whether the material covers the question. */
  async lookUp({ question, lang, signal }: AnswerRequest): Promise<Findings> {
    const text = question.trim().slice(0, longestQuestion);
    const material = this.#options.material();
    const words = this.#wordsOf(material);
    const hits = await this.#options.retriever.retrieve(text, lang, {
      limit: scopeDepth,
      ...(signal ? { signal } : {}),
    });
    return { question: text, judgement: await this.#judge.judge(text, hits, words, signal), material, words };
  }

  /** Composes the answer from what was found, or refuses. */
  answerFrom(findings: Findings, lang: Lang): Answer {
    const { question, judgement, material, words } = findings;
    if (!judgement.covered) return refusal(findings, lang);
    const sentences = composeAnswer(question, lang, judgement.entries, (id) => material.get(id), words);
    return sentences.length > 0 ? { kind: 'answered', sentences, author: 'local' } : refusal(findings, lang);
  }

  /** Counted once per material: about a millisecond an entry. */
  #wordsOf(material: Material): MaterialWords {
    if (this.#words?.of !== material) {
      this.#words = { of: material, words: new MaterialWords(material, this.#options.terms) };
    }
    return this.#words.words;
  }
}

/** Says that the material does not cover the question, and what it has instead. */
export function refusal({ judgement, material }: Findings, lang: Lang): Answer {
  const nearest = judgement.entries.slice(0, nearestTopics).flatMap(({ hit }) => {
    const entry = material.get(hit.entryId);
    return entry ? [{ entryId: entry.id, question: entry.question[lang] }] : [];
  });
  const text =
    lang === 'zh'
      ? `题库资料里没有这个问题的内容，我不凭空作答。${nearest.length > 0 ? '最接近的题目如下，可以换个问法，或从中选一道。' : ''}`
      : `The material does not cover this, and I do not make answers up.${nearest.length > 0 ? ' These are the nearest questions; try other words, or pick one of them.' : ''}`;
  return { kind: 'refused', text, nearest };
}
