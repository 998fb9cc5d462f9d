import type { SessionView } from '../connection/session-view.ts';
import { ShortTotal } from '../grade/score.tsx';
import { useText } from '../text/text-context.tsx';
import { progressOf, splitInterviews } from './timeline.ts';

export interface ProgressProps {
  view: SessionView;
  onNew: () => void;
}

/** Where the interview stands: a line on a phone, a column beside the conversation on a desktop. */
export function Progress({ view, onNew }: ProgressProps) {
  const { t } = useText();
  const { total, questions } = progressOf(splitInterviews(view.items).current);
  const at = view.phase === 'finished' ? total : questions.length;
  return (
    <aside className="progress" aria-label={t.progress.label}>
      {total > 0 && (
        <>
          <p className="progress-count">
            <span className="overline">{t.start.modes[view.mode].name}</span>
            <span>{t.progress.of(questions.at(-1)?.number ?? 0, total)}</span>
          </p>
          <progress
            value={at}
            max={total}
            aria-label={t.progress.label}
            aria-valuetext={t.progress.of(at, total)}
          />
          <ol className="progress-list">
            {questions.map((question) => (
              <li key={question.number} data-state={question.state}>
                <span className="progress-text" title={question.text}>
                  {question.text}
                </span>
                <span className="progress-score">
                  {question.state === 'graded' && question.total !== null ? (
                    <ShortTotal total={question.total} />
                  ) : (
                    t.progress.states[question.state]
                  )}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
      <button type="button" className="link small" onClick={onNew}>
        {t.progress.newInterview}
      </button>
    </aside>
  );
}
