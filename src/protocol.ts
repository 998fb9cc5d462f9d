/**
 * The wire protocol: what clients send and what servers answer, one discriminated union each,
 * validated at both ends. Stored events are the same objects, so a resumed client reads exactly
 * what a connected one saw. `web/` imports this file and nothing else of `src/`.
 */
import { z } from 'zod';

/** Raised when a frame changes in a way that an older peer cannot read. */
export const protocolVersion = 1;

/** Limits that both ends know. Characters are UTF-16 code units. */
export const limits = {
  /** Longest message a candidate may send. */
  messageChars: 20_000,
  /** Largest frame in bytes: 20,000 characters of four bytes, and the envelope. */
  frameBytes: 128 * 1024,
  /** Longest id that a client may choose for its message. */
  idChars: 64,
} as const;

export const langSchema = z.enum(['zh', 'en']);
export type Lang = z.infer<typeof langSchema>;

export const entryKindSchema = z.enum(['concept', 'scenario', 'code', 'resource']);
export type EntryKind = z.infer<typeof entryKindSchema>;

export const verdictValueSchema = z.enum(['covered', 'partial', 'missing', 'contradicted']);
export type VerdictValue = z.infer<typeof verdictValueSchema>;

/** A piece of a text: UTF-16 offsets, `end` exclusive, and the text between them. */
export const spanSchema = z.strictObject({ start: z.int().min(0), end: z.int().min(0), text: z.string() });
export type Span = z.infer<typeof spanSchema>;

/** A piece of an entry's reference answer in one language; offsets count from the start of that answer. */
export const referenceSpanSchema = spanSchema.extend({ lang: langSchema });

/**
 * Verdicts below this confidence are shown as "not sure"; of such development verdicts one in five is right, of the others
 * three in four.
 */
export const unsureBelow = 0.4;

export const verdictSchema = z.strictObject({
  keyPointId: z.string(),
  /** The key point in the reply's language, as shown beside the verdict. */
  claim: z.string(),
  weight: z.number(),
  value: verdictValueSchema,
  /** 0–1: how sure the judge is of `value`; below `unsureBelow` it says that it is not sure. */
  confidence: z.number().min(0).max(1),
  /** Where in the reply the evidence stands; null when the point is missing. */
  replySpan: spanSchema.nullable(),
  referenceSpan: referenceSpanSchema,
  /** In a grade that a chat model refined: whose word `value` is. Absent: the grade's judge. */
  by: z.enum(['model', 'local', 'both']).optional(),
  /** Where the two judges were far apart: what each of them said. `value` is what counts. */
  apart: z.strictObject({ model: verdictValueSchema, local: verdictValueSchema }).optional(),
  /** A chat model's short reason (Markdown, one line). Its links lead nowhere that is known: show none. */
  explanation: z.string().optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

export const assertedMisconceptionSchema = z.strictObject({
  misconceptionId: z.string(),
  belief: z.string(),
  correction: z.string(),
  replySpan: spanSchema,
  /** Points of weight taken off; 0 when a contradicted key point already says the same. */
  cost: z.number(),
  confidence: z.number().min(0).max(1),
});
export type AssertedMisconception = z.infer<typeof assertedMisconceptionSchema>;

export const gradeSchema = z.strictObject({
  /** graded; provisional (local, until the chat model has read the reply too); ungraded (saved, queued, `reason` says why). */
  state: z.enum(['graded', 'provisional', 'ungraded']),
  /** 0–10 in steps of 0.5, arithmetic over the verdicts; null exactly when ungraded. */
  total: z.number().min(0).max(10).nullable(),
  verdicts: z.array(verdictSchema),
  misconceptions: z.array(assertedMisconceptionSchema),
  /** Which judge wrote the verdicts: an id of a local verifier, or of a chat model. */
  judge: z.string(),
  reason: z.string().optional(),
  /** The chat model whose reading is still to come; a second reply.graded of the same reply brings it. */
  awaits: z.string().optional(),
  /** The prompt that a chat model was asked with, with its version. */
  prompt: z.string().optional(),
});
export type Grade = z.infer<typeof gradeSchema>;

export const intentSchema = z.enum([
  'reply',
  'question',
  'clarify',
  'hint',
  'skip',
  'dont-know',
  'repeat',
  'explain',
  'dispute',
  'change-topic',
  'change-language',
  'report',
  'end',
  'empty',
  'chatter',
]);
export type Intent = z.infer<typeof intentSchema>;

export const modeSchema = z.enum(['study', 'mock']);
export type Mode = z.infer<typeof modeSchema>;

/** What a candidate may ask an interview to be about; absent fields mean "any". */
export const planRequestSchema = z.strictObject({
  module: z.string().max(64).optional(),
  section: z.string().max(64).optional(),
  kinds: z.array(entryKindSchema).min(1).max(4).optional(),
  difficulty: z.strictObject({ min: z.int().min(1).max(5), max: z.int().min(1).max(5) }).optional(),
  /** One question by its id, or a topic in the candidate's own words. */
  entryId: z.string().max(128).optional(),
  topic: z.string().max(200).optional(),
  /** How many main questions. */
  questions: z.int().min(1).max(20).optional(),
});
export type PlanRequest = z.infer<typeof planRequestSchema>;

const clientId = z
  .string()
  .min(1)
  .max(limits.idChars)
  .regex(/^[\w.:-]+$/, 'letters, digits, and . : - _ only');

/** 256 random bits: 43 characters of base64url, or 64 hexadecimal digits. */
const chosenToken = z
  .string()
  .max(128)
  .regex(/^[\w-]{43,}$/, 'at least 43 letters, digits, - and _');

const seq = z.int().min(0);

export const clientMessageSchema = z.discriminatedUnion('type', [
  /**
   * Opens a session. With `plan`, the first question is asked at once; without, the session waits in the lobby.
   * `token`, chosen by the client, makes it idempotent: the same token again gives the same session. Default: the
   * server chooses one, and a session whose `session.ready` was lost cannot be reached by anybody.
   */
  z.strictObject({
    type: z.literal('session.create'),
    v: z.literal(protocolVersion),
    id: clientId,
    token: chosenToken.optional(),
    lang: langSchema,
    mode: modeSchema.default('study'),
    plan: planRequestSchema.optional(),
  }),
  /** Attaches this connection to a session and replays every event after `after`. */
  z.strictObject({
    type: z.literal('session.resume'),
    v: z.literal(protocolVersion),
    id: clientId,
    sessionId: z.string().max(64),
    token: z.string().max(128),
    after: seq,
  }),
  /**
   * A message of the candidate. `id` makes it idempotent: the same id twice is stored once.
   * `intent` is what a button says the message is; without it the coach finds out.
   * `keyPointId` names the disputed verdict.
   */
  z.strictObject({
    type: z.literal('message.send'),
    v: z.literal(protocolVersion),
    id: clientId,
    sessionId: z.string().max(64),
    text: z.string().max(limits.messageChars),
    intent: intentSchema.optional(),
    keyPointId: z.string().max(128).optional(),
  }),
  /** Starts an interview (or a new plan) in an open session. */
  z.strictObject({
    type: z.literal('interview.start'),
    v: z.literal(protocolVersion),
    id: clientId,
    sessionId: z.string().max(64),
    mode: modeSchema.optional(),
    plan: planRequestSchema,
  }),
  /** Stops the answer being written for this session, if there is one. */
  z.strictObject({
    type: z.literal('turn.cancel'),
    v: z.literal(protocolVersion),
    id: clientId,
    sessionId: z.string().max(64),
  }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** A sentence of an answer with the place in the material it rests on. */
export const citationSchema = z.strictObject({
  entryId: z.string(),
  question: z.string(),
  referenceSpan: referenceSpanSchema,
});
export type Citation = z.infer<typeof citationSchema>;

/** A graded question of the session itself, which an answer about the candidate's own results rests on. */
export const ownResultSchema = z.strictObject({
  number: z.int(),
  entryId: z.string(),
  question: z.string(),
  total: z.number().nullable(),
});

/** Rests on at least one place: in the material, or in the candidate's own results. */
export const answerSentenceSchema = z
  .strictObject({
    text: z.string(),
    citations: z.array(citationSchema),
    results: z.array(ownResultSchema).min(1).optional(),
  })
  .refine(({ citations, results }) => citations.length > 0 || results !== undefined, {
    error: 'rests on nothing',
  });
export type AnswerSentence = z.infer<typeof answerSentenceSchema>;

export const topicRefSchema = z.strictObject({ entryId: z.string(), question: z.string() });
export type TopicRef = z.infer<typeof topicRefSchema>;

export const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answered'),
    sentences: z.array(answerSentenceSchema).min(1),
    /** Who wrote it: 'local' or a chat model's id. */
    author: z.string(),
  }),
  z.strictObject({ kind: z.literal('refused'), text: z.string(), nearest: z.array(topicRefSchema) }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** What is being done for an answer: what was written before a stage is not part of it. */
export const answerStageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('thinking') }),
  z.strictObject({ kind: z.literal('searching'), query: z.string() }),
  z.strictObject({ kind: z.literal('reading'), entryId: z.string(), question: z.string() }),
  z.strictObject({ kind: z.literal('topics') }),
  z.strictObject({ kind: z.literal('results') }),
  z.strictObject({ kind: z.literal('writing') }),
]);
export type AnswerStage = z.infer<typeof answerStageSchema>;

/** What one question of the interview came to. */
export const questionResultSchema = z.strictObject({
  entryId: z.string(),
  question: z.string(),
  module: z.string(),
  section: z.string(),
  /** Best state of the question over its reply and follow-ups; null when skipped or ungraded. */
  total: z.number().nullable(),
  aided: z.boolean(),
  outcome: z.enum(['graded', 'ungraded', 'skipped', 'dont-know', 'open']),
  /** Whose grades the total rests on: ids of local judges or of chat models. Absent: nobody's. */
  judges: z.array(z.string()).optional(),
  /** A chat model is still to read a reply of this question: the local grade counts so far. */
  provisional: z.boolean().optional(),
  points: z.array(
    z.strictObject({
      keyPointId: z.string(),
      claim: z.string(),
      weight: z.number(),
      value: verdictValueSchema,
      aided: z.boolean(),
    }),
  ),
});
export type QuestionResult = z.infer<typeof questionResultSchema>;

export const reportSchema = z.strictObject({
  lang: langSchema,
  /** Mean of the graded questions' totals, 0–10; null when none was graded. */
  mean: z.number().nullable(),
  questions: z.array(questionResultSchema),
  byModule: z.array(z.strictObject({ module: z.string(), graded: z.int(), mean: z.number().nullable() })),
  /** Key points to work on, the heaviest first. */
  weakest: z.array(
    z.strictObject({
      entryId: z.string(),
      question: z.string(),
      keyPointId: z.string(),
      claim: z.string(),
      value: verdictValueSchema,
    }),
  ),
  readNext: z.array(topicRefSchema),
  /** The report as prose (Markdown). */
  text: z.string(),
});
export type Report = z.infer<typeof reportSchema>;

/** Where an interview stands. */
export const phaseSchema = z.enum(['lobby', 'question', 'follow-up', 'confirm', 'finished']);
export type Phase = z.infer<typeof phaseSchema>;

const stamp = {
  /** Number of the event in its session, from 1, without gaps. */
  seq: z.int().min(1),
  /** Milliseconds since the epoch, by the server's clock. */
  at: z.int().min(0),
};

/** Whoever worded a text, when it was a chat model: its name, and its prompt with the version. */
const by = z.string().optional();

function event<T extends string, S extends z.ZodRawShape>(type: T, shape: S) {
  return z.strictObject({ type: z.literal(type), ...stamp, ...shape });
}

/** A stored, numbered fact of a session. */
export const sessionEventSchema = z.discriminatedUnion('type', [
  event('session.created', { lang: langSchema, mode: modeSchema }),
  /** The candidate's own message, as stored. */
  event('message.received', {
    clientId: z.string(),
    text: z.string(),
    intent: intentSchema,
    /** 0–1; 1 when a button said it. */
    confidence: z.number(),
    /** The second most likely reading, when the coach had to find out. */
    runnerUp: intentSchema.optional(),
    keyPointId: z.string().optional(),
  }),
  event('language.changed', { lang: langSchema }),
  event('mode.changed', { mode: modeSchema }),
  event('interview.planned', { entryIds: z.array(z.string()), request: planRequestSchema }),
  /** A main question or a follow-up; it is now the open one. */
  event('question.asked', {
    entryId: z.string(),
    kind: z.enum(['main', 'follow-up']),
    /** From 1; follow-ups keep the number of their main question. */
    number: z.int(),
    total: z.int(),
    text: z.string(),
    /** The key point that a follow-up is after. */
    keyPointId: z.string().optional(),
    by,
  }),
  /** Something the coach says that is none of the other events. */
  event('coach.said', {
    text: z.string(),
    about: z.enum([
      'greeting',
      'clarify',
      'repeat',
      'confirm-intent',
      'nudge',
      'transition',
      'no-more-hints',
      'nothing-open',
      'ungraded',
    ]),
    by,
  }),
  event('hint.given', { entryId: z.string(), level: z.int().min(1).max(3), text: z.string(), by }),
  event('reply.graded', {
    entryId: z.string(),
    /** The `seq` of the message.received that was graded. */
    replySeq: z.int(),
    /** The key points that this reply was judged on: all, or the one of a follow-up. */
    scope: z.enum(['question', 'follow-up']),
    aided: z.boolean(),
    grade: gradeSchema,
    /** Feedback in the reply's language (Markdown); empty in mock mode until the report. */
    feedback: z.string(),
    lang: langSchema,
  }),
  event('reference.shown', { entryId: z.string(), text: z.string(), lang: langSchema }),
  event('question.skipped', {
    entryId: z.string(),
    reason: z.enum(['skip', 'dont-know', 'change-topic', 'end']),
  }),
  event('dispute.resolved', {
    entryId: z.string(),
    keyPointId: z.string(),
    outcome: z.enum(['upheld', 'changed', 'unclear']),
    before: verdictValueSchema,
    after: verdictValueSchema,
    text: z.string(),
    /** Who looked again: a local judge, or a chat model and its prompt. Absent in sessions of older versions. */
    by: z.string().optional(),
    /** The regraded reply when the outcome changed it. */
    grade: gradeSchema.optional(),
  }),
  event('answer.given', { question: z.string(), answer: answerSchema, lang: langSchema }),
  event('report.made', { report: reportSchema }),
  event('interview.ended', { reason: z.enum(['finished', 'by-candidate']) }),
]);
export type SessionEvent = z.infer<typeof sessionEventSchema>;

/** An event before it is numbered and stored. */
export type NewEvent = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'seq' | 'at'>
    : never
  : never;

/** What a client may know of an error. */
export const publicErrorSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  requestId: z.string(),
  retryable: z.boolean(),
  retryAfterSeconds: z.number().optional(),
});

/** Frames that a server sends. Only `event` is stored; the others live as long as the connection. */
export const serverFrameSchema = z.discriminatedUnion('type', [
  /** The session is attached. `token` comes with the answer to a creation. */
  z.strictObject({
    type: z.literal('session.ready'),
    v: z.literal(protocolVersion),
    id: z.string(),
    sessionId: z.string(),
    token: z.string().optional(),
    lastSeq: z.int(),
  }),
  z.strictObject({ type: z.literal('event'), sessionId: z.string(), event: sessionEventSchema }),
  /** The client's message is stored as event `seq`. `replayed` when it was there before. */
  z.strictObject({
    type: z.literal('ack'),
    id: z.string(),
    sessionId: z.string(),
    seq: z.int(),
    replayed: z.boolean(),
  }),
  /**
   * Message `id` waits for its turn and is not stored yet; `position` 1 is the next. Sent when it begins to wait and when
   * its place changes, once a second at most.
   */
  z.strictObject({
    type: z.literal('turn.queued'),
    sessionId: z.string(),
    id: z.string(),
    position: z.int().min(1),
  }),
  /** The coach is at work on message `id`. */
  z.strictObject({ type: z.literal('turn.start'), sessionId: z.string(), id: z.string() }),
  z.strictObject({ type: z.literal('turn.end'), sessionId: z.string(), id: z.string(), phase: phaseSchema }),
  /** What a chat model is at while it works on an answer; pieces sent before are not part of it. */
  z.strictObject({
    type: z.literal('answer.stage'),
    sessionId: z.string(),
    id: z.string(),
    stage: answerStageSchema,
  }),
  /** A piece of an answer while a model writes it; the whole comes as event `answer.given`. */
  z.strictObject({ type: z.literal('answer.start'), sessionId: z.string(), id: z.string() }),
  z.strictObject({
    type: z.literal('answer.delta'),
    sessionId: z.string(),
    id: z.string(),
    text: z.string(),
  }),
  z.strictObject({ type: z.literal('answer.end'), sessionId: z.string(), id: z.string() }),
  z.strictObject({ type: z.literal('error'), id: z.string().optional(), error: publicErrorSchema }),
]);
export type ServerFrame = z.infer<typeof serverFrameSchema>;

/** What GET /api/entries lists. */
export const entrySummarySchema = z.strictObject({
  id: z.string(),
  module: z.string(),
  section: z.string(),
  kind: entryKindSchema,
  difficulty: z.int(),
  tags: z.array(z.string()),
  question: z.strictObject({ zh: z.string(), en: z.string() }),
});
export type EntrySummary = z.infer<typeof entrySummarySchema>;

const figureImageSchema = z.strictObject({
  /** An address of this server. */
  src: z.string().regex(/^\/api\/figures\/[a-z0-9-]+\/[a-z0-9.-]+\.svg\?v=[0-9a-f]+$/),
  /** CSS pixels at full size. */
  width: z.number().positive(),
  height: z.number().positive(),
});

/** A drawing beside a reference answer. */
export const figureViewSchema = z.strictObject({
  alt: z.strictObject({ zh: z.string(), en: z.string() }),
  caption: z.strictObject({ zh: z.string(), en: z.string() }).optional(),
  /** The same image twice when it holds no words. */
  images: z.strictObject({ zh: figureImageSchema, en: figureImageSchema }),
});
export type FigureView = z.infer<typeof figureViewSchema>;

/** What GET /api/entries/:id shows. */
export const entryDetailSchema = entrySummarySchema.extend({
  answer: z.strictObject({ zh: z.string(), en: z.string() }),
  keyPoints: z.array(z.strictObject({ id: z.string(), weight: z.number(), zh: z.string(), en: z.string() })),
  misconceptions: z.array(
    z.strictObject({
      id: z.string(),
      zh: z.string(),
      en: z.string(),
      correction: z.strictObject({ zh: z.string(), en: z.string() }),
    }),
  ),
  sources: z.array(z.strictObject({ title: z.string(), year: z.int(), url: z.string().optional() })),
  related: z.array(z.string()),
  figures: z.array(figureViewSchema),
});
export type EntryDetail = z.infer<typeof entryDetailSchema>;

/** What GET /api/search answers. */
export const searchHitSchema = z.strictObject({
  entry: entrySummarySchema,
  score: z.number(),
  /** The best piece of the entry for this query. */
  excerpt: z.string(),
});
export type SearchHit = z.infer<typeof searchHitSchema>;

/** What GET /api/status says to the page. */
export const statusSchema = z.strictObject({
  protocol: z.int(),
  entries: z.int(),
  modules: z.array(z.strictObject({ module: z.string(), section: z.string(), entries: z.int() })),
  judge: z.string(),
  chatModel: z.string().nullable(),
  warnings: z.array(z.string()),
});
export type Status = z.infer<typeof statusSchema>;

/** What GET /api/access says: whether the server asks for a key, and whether this browser gave it. */
export const accessStateSchema = z.strictObject({ required: z.boolean(), granted: z.boolean() });
export type AccessState = z.infer<typeof accessStateSchema>;

/** What an endpoint of a chat model was found to do. */
export const modelCapabilitiesSchema = z.strictObject({
  streaming: z.boolean(),
  jsonSchema: z.boolean(),
  jsonMode: z.boolean(),
  toolCalls: z.boolean(),
  forcedTool: z.boolean(),
  usage: z.boolean(),
  streamUsage: z.boolean(),
  systemRole: z.boolean(),
  temperature: z.boolean(),
});

/** How the chat model is doing that is asked first, or the one that stands in. */
export const modelEndpointSchema = z.strictObject({
  role: z.enum(['primary', 'fallback']),
  model: z.string(),
  /** `away`: it could not be tried, and is tried again. */
  state: z.enum(['probing', 'known', 'away']),
  breaker: z.enum(['closed', 'open', 'half-open']),
  capabilities: modelCapabilitiesSchema.nullable(),
  trouble: z.string().nullable(),
});

/** What GET /api/model says. A key is never in it. */
export const modelSettingsSchema = z.strictObject({
  /** Where the chat model in use was set. */
  source: z.enum(['environment', 'page', 'none']),
  /** False: the page can change nothing, because of `locked`. */
  editable: z.boolean(),
  /** `environment`: VIVA_MODEL is set; `open`: anyone who reaches the server could change it. */
  locked: z.enum(['environment', 'open']).nullable(),
  url: z.string().nullable(),
  model: z.string().nullable(),
  fallback: z.string().nullable(),
  keySet: z.boolean(),
  endpoints: z.array(modelEndpointSchema),
  /** Tokens of today (UTC), and the most that a day may take. */
  today: z.strictObject({ tokens: z.number(), limit: z.number().nullable() }),
});
export type ModelSettings = z.infer<typeof modelSettingsSchema>;

/** What PUT /api/model and POST /api/model/test take. */
export const modelSettingsInputSchema = z.strictObject({
  url: z.string().min(1).max(2_000),
  model: z.string().min(1).max(200),
  fallback: z.string().min(1).max(200).nullable(),
  /** null: the key that is set, as long as the server (scheme, host and port) stays the same; '': none. */
  key: z.string().max(4_000).nullable(),
});
export type ModelSettingsInput = z.infer<typeof modelSettingsInputSchema>;

/** What POST /api/model/test answers: what was found, or why nothing could be. */
export const modelTestSchema = z.strictObject({
  ok: z.boolean(),
  capabilities: modelCapabilitiesSchema.nullable(),
  trouble: z.string().nullable(),
  seconds: z.number(),
});
export type ModelTest = z.infer<typeof modelTestSchema>;
