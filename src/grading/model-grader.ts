/**
 * Refines a local grade by a chat model that must quote the reply for everything it says of it. One call; what it cannot
 * show counts as the local judge had it.
 */
import type { KeyPoint, Misconception } from '../corpus/entry.ts';
import { Relatedness } from '../embedding/relatedness.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import { markerCode } from '../llm/prompts.ts';
import { gradePrompt, gradePromptId } from '../llm/prompts/grade-v1.ts';
import type { AssertedMisconception, Grade, Lang, Span, Verdict } from '../protocol.ts';
import { totalOf } from './arithmetic.ts';
import { combine, type Said } from './combine.ts';
import { passesControl, type Control } from './controls.ts';
import { cutAt } from './cut-at.ts';
import type { GradeRequest, Proposal, Refinement, Refiner } from './grader.ts';
import { judgementSchema } from './model-judgement.ts';
import { overlaps } from './overlaps.ts';
import { keyPointSubject, misconceptionSubject, QuoteCheck, type Refusal, type Subject } from './quotes.ts';

/** Chat models give no probabilities: these say how a verdict came about. */
const confidences = { quoted: 0.9, missing: 0.85 };

/** Tokens per judged point: an id, a verdict, a quote of a long sentence and a reason. */
const tokensPerPoint = 260;

/** Longest explanation and follow-up that are kept, in characters: the prompt asks for a sentence. */
const explanationChars = 300;
const followUpChars = 400;

/** Longest reference that is sent along, in characters. */
const referenceChars = 6_000;

export interface ModelGraderOptions {
  readonly model: ChatModel;
  readonly embeddings: VivaEmbeddings;
  /** Told of every quote that was refused, for the log and the trust card. */
  readonly onRefused?: (refused: { readonly subject: string; readonly reason: Refusal }) => void;
  /** Claims whose verdicts are known, put among the key points; default: none, for callers that play fixed answers. */
  readonly controls?: (reply: string, lang: Lang) => readonly Control[];
  /** Told when none of a model's verdicts counted, and why. */
  readonly onUnheard?: (why: 'control' | 'unfounded') => void;
}

/** What stands to be judged: a key point or a misconception under a short id. */
interface Item {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly subject: Subject;
  readonly weight: number;
}

/** What the model says of an item, after the check; `refused` when it claims what its quote does not show. */
type Finding = (Said & { readonly explanation: string }) | 'refused';

interface Reading {
  readonly findings: ReadonlyMap<string, Finding>;
  /** Why none of it counts; null when it does. */
  readonly unheard: 'control' | 'unfounded' | null;
  readonly proposal: Proposal | null;
}

export class ModelGrader implements Refiner {
  readonly id: string;
  readonly #options: ModelGraderOptions;
  readonly #relatedness: Relatedness;

  constructor(options: ModelGraderOptions) {
    this.#options = options;
    this.#relatedness = new Relatedness(options.embeddings);
    this.id = options.model.id;
  }

  async refine(request: GradeRequest, local: Grade): Promise<Refinement> {
    const { entry, reply, lang } = request;
    // There is nothing to read in it, and nothing that a model could quote.
    if (!/[\p{L}\p{N}]/u.test(reply)) return { grade: { ...local, state: 'graded' }, proposal: null };
    const points = entry.keyPoints.filter((point) => request.keyPointIds?.includes(point.id) ?? true);
    const { findings, unheard, proposal } = await this.#read(request, points);
    if (unheard !== null) this.#options.onUnheard?.(unheard);
    const grade: Grade = {
      ...assemble({
        points,
        misconceptions: entry.misconceptions,
        findings: unheard === null ? findings : new Map(),
        local,
        lang,
      }),
      // A model that could not show its claims, or failed a control, has not judged: the local judge has.
      judge: unheard === null ? this.id : local.judge,
      prompt: gradePromptId,
    };
    return { grade, proposal: unheard === null ? proposal : null };
  }

  async #read(request: GradeRequest, points: readonly KeyPoint[]): Promise<Reading> {
    const { entry, reply, lang, signal } = request;
    // A follow-up's reply may be about another point, which then is the nearer one.
    const subjects = new Map(entry.keyPoints.map((point) => [point.id, keyPointSubject(point)]));
    const items = itemsOf(points, entry.misconceptions, subjects, lang);
    const question = request.question ?? entry.question[lang];
    const said = await this.#ask(request, question, items);
    const claimed = items.flatMap((item) => {
      const saying = said.verdicts.get(item.id);
      return saying && saying.value !== 'missing' ? [{ item, saying }] : [];
    });
    const check = new QuoteCheck({
      reply,
      questions: [entry.question.zh, entry.question.en, question],
      rivals: [...subjects.values()],
      relatedness: this.#relatedness,
    });
    const checked = await check.check(
      claimed.map(({ item, saying }) => ({ quote: saying.quote, subject: item.subject })),
      signal,
    );
    const findings = new Map<string, Finding>();
    for (const { id } of items) {
      const explanation = said.verdicts.get(id)?.explanation ?? '';
      findings.set(id, { value: 'missing', span: null, confidence: confidences.missing, explanation });
    }
    for (const [index, { item, saying }] of claimed.entries()) {
      const result = checked[index];
      if (result && 'span' in result) {
        const { value, explanation } = saying;
        findings.set(item.id, { value, span: result.span, confidence: confidences.quoted, explanation });
      } else {
        findings.set(item.id, 'refused');
        const reason = result?.refusal ?? 'not-in-reply';
        this.#options.onRefused?.({ subject: `${entry.id}#${item.name}`, reason });
      }
    }
    const unheard = said.failedControl ? 'control' : unfounded(findings) ? 'unfounded' : null;
    return { findings, unheard, proposal: said.proposal };
  }

  async #ask(request: GradeRequest, question: string, items: readonly Item[]) {
    const { entry, reply, lang, signal } = request;
    const keyPoints = items.filter((item) => item.id.startsWith('K'));
    const misconceptions = items.filter((item) => item.id.startsWith('M'));
    const asked = mixed(keyPoints, this.#options.controls?.(reply, lang) ?? []);
    const prompt = gradePrompt(
      {
        lang,
        question,
        reference: cutAt(entry.answer[lang], referenceChars),
        reply,
        keyPoints: asked.map(({ sent, text, item }) => ({
          id: sent,
          claim: text,
          weight: item?.weight ?? 1,
        })),
        askedAbout:
          request.question === undefined
            ? null
            : (asked.find(({ item }) => item?.name === request.keyPointIds?.[0])?.sent ?? null),
        misconceptions: misconceptions.map(({ id, text }) => ({ id, belief: text })),
      },
      markerCode(),
    );
    const judgement = await this.#options.model.complete(
      {
        ...prompt,
        purpose: 'grade',
        maxTokens: 512 + tokensPerPoint * (asked.length + misconceptions.length),
        ...(signal ? { signal } : {}),
      },
      judgementSchema(
        asked.map(({ sent }) => sent),
        misconceptions.length,
      ),
      'judgement',
    );
    const bySent = new Map(judgement.keyPoints.map((one) => [one.id, one]));
    const failedControl = asked.some(
      ({ sent, control }) => control && !passesControl(control, bySent.get(sent)?.verdict ?? 'missing'),
    );
    const verdicts = new Map([
      ...asked.flatMap(({ sent, item }) => {
        const one = bySent.get(sent);
        if (!item || !one) return [];
        return [[item.id, { value: one.verdict, quote: one.quote, explanation: one.explanation }] as const];
      }),
      ...judgement.misconceptions.map(({ id, asserted, quote }) => {
        const value: Verdict['value'] = asserted ? 'covered' : 'missing';
        return [id, { value, quote, explanation: '' }] as const;
      }),
    ]);
    const followUp = asked.find(({ sent }) => sent === judgement.followUp.id)?.item;
    return { verdicts, failedControl, proposal: this.#proposalOf(judgement.followUp.text, followUp?.name) };
  }

  #proposalOf(written: string, keyPointId: string | undefined): Proposal | null {
    const text = oneLine(written);
    if (keyPointId === undefined || text === '' || text.length > followUpChars) return null;
    return { keyPointId, text, by: `${this.id} ${gradePromptId}` };
  }
}

interface AskedClaim {
  /** The id that the model sees. */
  readonly sent: string;
  readonly text: string;
  readonly item: Item | null;
  readonly control: Control | null;
}

/** Key points in their order; with controls, all in an order of chance: nobody can say beforehand which id is which. */
function mixed(keyPoints: readonly Item[], controls: readonly Control[]): AskedClaim[] {
  const claims = [
    ...keyPoints.map((item) => ({ text: item.text, item, control: null, place: Math.random() })),
    ...controls.map((control) => ({ text: control.claim, item: null, control, place: Math.random() })),
  ];
  if (controls.length > 0) claims.sort((a, b) => a.place - b.place);
  return claims.map(({ text, item, control }, index) => ({ sent: `K${index + 1}`, text, item, control }));
}

function itemsOf(
  points: readonly KeyPoint[],
  misconceptions: readonly Misconception[],
  subjects: ReadonlyMap<string, Subject>,
  lang: Lang,
): Item[] {
  return [
    ...points.map((point, index) => ({
      id: `K${index + 1}`,
      name: point.id,
      text: point[lang],
      subject: subjects.get(point.id) ?? keyPointSubject(point),
      weight: point.weight,
    })),
    ...misconceptions.map((misconception, index) => ({
      id: `M${index + 1}`,
      name: misconception.id,
      text: misconception[lang],
      subject: misconceptionSubject(misconception),
      weight: misconception.weight,
    })),
  ];
}

/** True when more of a model's claims were refused than stand. */
function unfounded(findings: ReadonlyMap<string, Finding>): boolean {
  const all = [...findings.values()];
  const refused = all.filter((one) => one === 'refused').length;
  const shown = all.filter((one) => one !== 'refused' && one.span !== null).length;
  return refused > 1 && refused > shown;
}

interface Parts {
  readonly points: readonly KeyPoint[];
  readonly misconceptions: readonly Misconception[];
  readonly findings: ReadonlyMap<string, Finding>;
  readonly local: Grade;
  readonly lang: Lang;
}

function assemble({ points, misconceptions, findings, local, lang }: Parts): Omit<Grade, 'judge'> {
  const found = (id: string) => {
    const finding = findings.get(id) ?? 'refused';
    return finding === 'refused' ? null : finding;
  };
  const verdicts = points.map((point, index): Verdict => {
    const model = found(`K${index + 1}`);
    const before = local.verdicts.find((one) => one.keyPointId === point.id);
    const combined = combine(
      model,
      before ? { value: before.value, span: before.replySpan, confidence: before.confidence } : null,
    );
    const explanation = combined.by === 'local' ? '' : oneLine(model?.explanation ?? '');
    return {
      keyPointId: point.id,
      claim: point[lang],
      weight: point.weight,
      referenceSpan: { lang, ...point.reference[lang] },
      ...combined,
      ...(explanation === '' ? {} : { explanation: cutAt(explanation, explanationChars) }),
    };
  });
  const asserted = misconceptions.flatMap((misconception, index): AssertedMisconception[] => {
    const model = found(`M${index + 1}`);
    const before = local.misconceptions.find((one) => one.misconceptionId === misconception.id);
    const span = model?.span ?? before?.replySpan;
    if (!span) return [];
    // What one of two judges alone sees costs half, as a key point that one alone sees earns half.
    const share = (model === null || model.span !== null) === (before !== undefined) ? 1 : 0.5;
    return [
      {
        misconceptionId: misconception.id,
        belief: misconception[lang],
        correction: misconception.correction[lang],
        replySpan: span,
        cost: charged(verdicts, span) ? 0 : misconception.weight * share,
        confidence: Math.max(model?.span ? model.confidence : 0, before?.confidence ?? 0) * share,
      },
    ];
  });
  const penalties = asserted.reduce((sum, one) => sum + one.cost, 0);
  return { state: 'graded', total: totalOf(verdicts, penalties), verdicts, misconceptions: asserted };
}

/** A contradicted key point at the same place has cost its weight already. */
function charged(verdicts: readonly Verdict[], span: Span): boolean {
  return verdicts.some(
    ({ value, replySpan }) => value === 'contradicted' && replySpan && overlaps(replySpan, span),
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
