/** The closed set of failures Viva knows. Every code has a heading in `docs/errors.md`. */
export const errorCodes = [
  'usage',
  'config-invalid',
  'port-in-use',
  'data-unwritable',
  'model-missing',
  'model-corrupt',
  'corpus-missing',
  'corpus-invalid',
  'entry-not-found',
  'index-missing',
  'index-incompatible',
  'index-corrupt',
  'ingest-busy',
  'embedding-failed',
  'llm-failed',
  'llm-invalid-output',
  'model-budget',
  'storage-failed',
  'storage-newer',
  'data-in-use',
  'backup-invalid',
  'file-exists',
  'frame-invalid',
  'protocol-version',
  'payload-too-large',
  'rate-limited',
  'overloaded',
  'access-required',
  'unauthorized',
  'forbidden-origin',
  'not-found',
  'session-not-found',
  'session-mismatch',
  'message-conflict',
  'timeout',
  'aborted',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Failures that may pass by themselves: the same request can succeed later. */
const retryableCodes: ReadonlySet<ErrorCode> = new Set([
  'embedding-failed',
  'llm-failed',
  'llm-invalid-output',
  'model-budget',
  'ingest-busy',
  'rate-limited',
  'overloaded',
  'storage-failed',
  'data-in-use',
  'timeout',
]);

/** Codes whose message was written for the log: a client gets a general one in its place. */
const privateCodes: ReadonlySet<ErrorCode> = new Set(['internal', 'storage-failed']);

export interface VivaErrorOptions {
  cause?: unknown;
  /** Facts for the log: paths, ids, sizes. Never a secret, never shown to a client. */
  context?: Readonly<Record<string, string | number | boolean | null>>;
  /** Whole seconds after which a retry makes sense. */
  retryAfterSeconds?: number;
}

/**
 * The one error class of the project.
 * The message says what is wrong, where, and what to do about it, in one line.
 */
export class VivaError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: VivaErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'VivaError';
    this.code = code;
    this.context = options.context ?? {};
    this.retryable = retryableCodes.has(code);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** What a client may know of an error. */
export interface PublicError {
  code: ErrorCode;
  message: string;
  requestId: string;
  retryable: boolean;
  retryAfterSeconds?: number;
}

/** Maps any thrown value to what HTTP, socket and command line may show of it. */
export function toPublicError(error: unknown, requestId: string): PublicError {
  if (error instanceof VivaError && !privateCodes.has(error.code)) {
    return {
      code: error.code,
      message: error.message,
      requestId,
      retryable: error.retryable,
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    };
  }
  const known = error instanceof VivaError ? error : null;
  const code = known?.code ?? 'internal';
  return {
    code,
    message: code === 'storage-failed' ? notStored(requestId) : failed(requestId),
    requestId,
    retryable: known?.retryable ?? false,
    ...(known?.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
  };
}

function failed(requestId: string): string {
  return `Something went wrong on the server. Nothing that was acknowledged is lost; quote ${requestId} when you report it.`;
}

function notStored(requestId: string): string {
  return `The server cannot store or read sessions at the moment. A message without an acknowledgement was not stored: send it again. What was acknowledged is stored, and its answer follows. Quote ${requestId} when you report it.`;
}

/** True when the error says that the caller gave up (an aborted signal), as opposed to a failure. */
export function isAbort(error: unknown): boolean {
  if (error instanceof VivaError) return error.code === 'aborted';
  return error instanceof Error && error.name === 'AbortError';
}

/** What any thrown value says, for logs and for messages that carry it on. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
