import type { PublicError } from '../connection/frames.ts';
import type { Problem } from '../connection/session-view.ts';
import type { Text } from '../text/zh.ts';
import { useText } from '../text/text-context.tsx';
import { CloseIcon } from './icons.tsx';
import { useSecondsLeft } from './use-seconds-left.ts';

export interface ProblemsProps {
  problems: readonly Problem[];
  onDismiss: (id: string) => void;
}

/** What went wrong, in words, one dismissible note each. */
export function Problems({ problems, onDismiss }: ProblemsProps) {
  const { t } = useText();
  if (problems.length === 0) return null;
  return (
    <div className="problems" role="alert">
      {problems.map((problem) => (
        <div key={problem.id} className="note note-problem">
          <div className="note-body">
            <ProblemText problem={problem} />
          </div>
          <button
            type="button"
            className="tool tool-icon"
            aria-label={t.errors.dismiss}
            onClick={() => onDismiss(problem.id)}
          >
            <CloseIcon />
          </button>
        </div>
      ))}
    </div>
  );
}

function ProblemText({ problem }: { problem: Problem }) {
  const { t } = useText();
  switch (problem.kind) {
    case 'unreadable':
      return <p>{t.errors.unreadable}</p>;
    case 'session-lost':
      return (
        <>
          <p>{problem.error.retryable ? describeError(problem.error, t) : t.errors.sessionLost}</p>
          {!knownLoss.has(problem.error.code) && <p className="quiet">{problem.error.message}</p>}
          {problem.unsent.length > 0 && (
            <>
              <p>{t.errors.unsent}</p>
              {problem.unsent.map((text) => (
                <blockquote key={text} className="plain-text">
                  {text}
                </blockquote>
              ))}
            </>
          )}
        </>
      );
    case 'server':
      return (
        <>
          <p>{describeError(problem.error, t)}</p>
          {retriedByHand(problem.error) && problem.error.retryAfterSeconds !== undefined && (
            <RetryCountdown from={problem.at} seconds={problem.error.retryAfterSeconds} />
          )}
          <p className="quiet small">{t.errors.requestId(problem.error.requestId)}</p>
        </>
      );
  }
}

/** What could not be stored after its message was follows by itself. */
function retriedByHand(error: PublicError): boolean {
  return error.code !== 'storage-failed';
}

const knownLoss: ReadonlySet<string> = new Set(['session-not-found', 'session-mismatch', 'unauthorized']);

/** The page's own words for the errors it knows, else the server's. */
export function describeError(error: Pick<PublicError, 'code' | 'message'>, t: Text): string {
  const known: Readonly<Record<string, string>> = t.errors.codes;
  return (Object.hasOwn(known, error.code) ? known[error.code] : undefined) ?? error.message;
}

function RetryCountdown({ from, seconds }: { from: number; seconds: number }) {
  const { t } = useText();
  const left = useSecondsLeft(from + seconds * 1000);
  return <p className="quiet">{left > 0 ? t.errors.retryIn(left) : t.errors.retryNow}</p>;
}
