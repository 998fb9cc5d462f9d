import { describe, expect, it } from 'vitest';
import { errorCodes, isAbort, toPublicError, VivaError } from '../src/errors.ts';

describe('what others may know of an error', () => {
  it('is its message, code and whether to try again', () => {
    const error = new VivaError('rate-limited', 'Too many messages: wait a minute.', {
      context: { address: '10.0.0.7' },
      cause: new Error('bucket empty'),
      retryAfterSeconds: 12,
    });
    expect(toPublicError(error, 'r-1')).toEqual({
      code: 'rate-limited',
      message: 'Too many messages: wait a minute.',
      requestId: 'r-1',
      retryable: true,
      retryAfterSeconds: 12,
    });
  });

  it('leaves out a time to wait that was not given', () => {
    expect(toPublicError(new VivaError('not-found', 'There is nothing here.'), 'r')).toEqual({
      code: 'not-found',
      message: 'There is nothing here.',
      requestId: 'r',
      retryable: false,
    });
  });

  it.each([
    ['internal', new VivaError('internal', 'slot 7 of /srv/data is null'), false],
    ['storage-failed', new VivaError('storage-failed', '/srv/data/viva.db: disk I/O error'), true],
    ['internal', new TypeError("cannot read 'x' of /srv/data"), false],
    ['internal', 'a thrown string with /srv/data', false],
    ['internal', undefined, false],
  ] as const)('hides the inside of %s: %s', (code, error, retryable) => {
    const shown = toPublicError(error, 'request-9');
    expect(shown).toMatchObject({ code, requestId: 'request-9', retryable });
    expect(shown.message).toContain('request-9');
    expect(JSON.stringify(shown)).not.toContain('/srv/data');
  });
});

describe('errors', () => {
  it('that may pass by themselves are retryable, and no others', () => {
    expect(errorCodes.filter((code) => new VivaError(code, 'x').retryable)).toEqual([
      'ingest-busy',
      'embedding-failed',
      'llm-failed',
      'llm-invalid-output',
      'model-budget',
      'storage-failed',
      'data-in-use',
      'rate-limited',
      'overloaded',
      'timeout',
    ]);
  });

  it('keep their cause and context for the log', () => {
    const cause = new Error('below');
    const error = new VivaError('index-corrupt', 'x', { cause, context: { path: 'p', bytes: 3 } });
    expect(error).toMatchObject({ name: 'VivaError', cause, context: { path: 'p', bytes: 3 } });
    expect('cause' in new VivaError('index-corrupt', 'x')).toBe(false);
  });

  it('tell a caller who gave up from a failure', () => {
    expect(isAbort(new VivaError('aborted', 'x'))).toBe(true);
    expect(isAbort(new DOMException('x', 'AbortError'))).toBe(true);
    expect(isAbort(new VivaError('timeout', 'x'))).toBe(false);
    expect(isAbort(new Error('aborted'))).toBe(false);
    expect(isAbort(null)).toBe(false);
  });
});
