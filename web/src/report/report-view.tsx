import type { QuestionResult, Report } from '../../../src/protocol.ts';
import { judgeName } from '../grade/judge-name.ts';
import { ShortTotal } from '../grade/score.tsx';
import { VerdictMark } from '../grade/verdict-mark.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { entryHref } from '../page/route.ts';
import { topicName, useText } from '../text/text-context.tsx';

/** What an interview came to; prints as a page of its own. */
export function ReportView({ report }: { report: Report }) {
  const { t } = useText();
  return (
    <article className="report" aria-label={t.report.title}>
      <header className="report-header">
        <div>
          <h2 className="overline">{t.report.title}</h2>
          <p className="report-mean">
            {report.mean === null ? (
              <span className="total total-none">{t.report.noneGraded}</span>
            ) : (
              <span className="total" role="img" aria-label={t.report.meanIs(report.mean)}>
                <span className="total-number">{Math.round(report.mean * 10) / 10}</span>
                <span className="total-of">/10</span>
              </span>
            )}
          </p>
        </div>
        <button type="button" className="button no-print" onClick={() => window.print()}>
          {t.report.print}
        </button>
      </header>
      <section>
        <h3>{t.report.questions}</h3>
        <ol className="report-questions">
          {report.questions.map((question) => (
            <QuestionRow key={question.entryId} question={question} />
          ))}
        </ol>
      </section>
      {report.byModule.length > 1 && (
        <section>
          <h3>{t.report.byModule}</h3>
          <ul className="module-bars">
            {report.byModule.map(({ module, graded, mean }) => (
              <li key={module}>
                <span>
                  {topicName(t, module)} <span className="quiet small">{t.report.graded(graded)}</span>
                </span>
                <meter min={0} max={10} value={mean ?? 0} aria-label={topicName(t, module)} />
                <span className="number">{mean === null ? '–' : Math.round(mean * 10) / 10}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {report.weakest.length > 0 && (
        <section>
          <h3>{t.report.weakest}</h3>
          <ul className="weakest">
            {report.weakest.map((point) => (
              <li key={`${point.entryId}#${point.keyPointId}`}>
                <VerdictMark value={point.value} />
                <span>
                  {point.claim}
                  <a className="quiet small weakest-link" href={entryHref(point.entryId)}>
                    {point.question}
                  </a>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {report.readNext.length > 0 && (
        <section>
          <h3>{t.report.readNext}</h3>
          <ul className="topic-links">
            {report.readNext.map((topic) => (
              <li key={topic.entryId}>
                <a href={entryHref(topic.entryId)}>{topic.question}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {report.text !== '' && (
        <details className="report-text no-print">
          <summary>{t.report.asText}</summary>
          <Markdown text={report.text} lang={report.lang} />
        </details>
      )}
    </article>
  );
}

function QuestionRow({ question }: { question: QuestionResult }) {
  const { t } = useText();
  return (
    <li>
      <details>
        <summary>
          <span className="report-question">{question.question}</span>
          {question.provisional === true && (
            <span className="badge badge-warn">{t.grade.states.provisional}</span>
          )}
          {question.aided && <span className="badge">{t.grade.aided}</span>}
          <span className="number">
            {question.total === null ? (
              t.report.outcomes[question.outcome]
            ) : (
              <ShortTotal total={question.total} />
            )}
          </span>
        </summary>
        <ul className="report-points">
          {question.points.map((point) => (
            <li key={point.keyPointId}>
              <VerdictMark value={point.value} wordless />
              <span>{point.claim}</span>
              <span className="weight">×{point.weight}</span>
            </li>
          ))}
        </ul>
        {question.judges !== undefined && (
          <p className="quiet small">
            {t.grade.judgedBy(question.judges.map((judge) => judgeName(judge, t)).join(', '))}
          </p>
        )}
        <p className="small">
          <a href={entryHref(question.entryId)}>{t.grade.openInMaterial}</a>
        </p>
      </details>
    </li>
  );
}
