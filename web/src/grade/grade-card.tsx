import { useMemo, useState } from 'react';
import type { Grade, VerdictValue } from '../../../src/protocol.ts';
import type { GradeItem } from '../connection/items.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { useText } from '../text/text-context.tsx';
import { HighlightedText } from './highlighted-text.tsx';
import { isLocalJudge, judgeName } from './judge-name.ts';
import { Misconceptions } from './misconceptions.tsx';
import { ReferencePane } from './reference-pane.tsx';
import type { Mark } from './runs.ts';
import { GradeChange } from './second-look.tsx';
import { ScoreArithmetic, Total, WeightBar } from './score.tsx';
import { VerdictRow } from './verdict-row.tsx';

export interface GradeCardProps {
  item: GradeItem;
  /** A follow-up asks for what is missing: until it is answered, the points not met are not told. */
  veiled: boolean;
  /** Key points with a dispute on its way. */
  disputing: ReadonlySet<string>;
  onDispute: (keyPointId: string, why: string) => void;
}

/** A graded reply: the total, each key point with its evidence, and the texts that the evidence is in. */
export function GradeCard({ item, disputing, veiled, onDispute }: GradeCardProps) {
  const { t } = useText();
  const { grade } = item;
  const [pinned, setPinned] = useState<string | null>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const [referenceOpen, setReferenceOpen] = useState(false);
  const active = pointed ?? pinned;
  const marks = useMemo(() => replyMarks(grade), [grade]);
  const tones = useMemo(() => markTones(grade), [grade]);
  return (
    <article className="grade" aria-label={t.grade.label}>
      <GradeHeader item={item} active={active} />
      {item.feedback !== '' && (
        <div className="feedback">
          <Markdown text={item.feedback} lang={item.lang} />
        </div>
      )}
      <div className="grade-body">
        <div className="grade-texts">
          <section className="pane pane-reply">
            <h4>{t.grade.yourReply}</h4>
            <div data-scroll-pane>
              <HighlightedText
                text={item.replyText}
                marks={marks}
                active={active}
                tones={tones}
                onPoint={setPinned}
              />
            </div>
          </section>
          {grade.verdicts.length > 0 && !veiled && (
            <section className="pane pane-reference" data-open={referenceOpen ? '' : undefined}>
              <button
                type="button"
                className="disclosure"
                aria-expanded={referenceOpen}
                onClick={() => setReferenceOpen(!referenceOpen)}
              >
                {referenceOpen ? t.grade.hideReference : t.grade.showReference}
              </button>
              {referenceOpen && (
                <div data-scroll-pane>
                  <ReferencePane
                    entryId={item.entryId}
                    lang={item.lang}
                    verdicts={grade.verdicts}
                    active={active}
                  />
                </div>
              )}
            </section>
          )}
        </div>
        {grade.verdicts.length > 0 && (
          <div className="grade-points">
            <h4>{t.grade.keyPoints}</h4>
            <ul className="verdicts">
              {grade.verdicts.map((verdict) => {
                const { keyPointId } = verdict;
                return (
                  <VerdictRow
                    key={keyPointId}
                    verdict={verdict}
                    pinned={pinned === keyPointId}
                    active={active === keyPointId}
                    veiled={veiled && verdict.value !== 'covered'}
                    dispute={item.disputes[keyPointId] ?? null}
                    before={valueBefore(item, keyPointId)}
                    onPoint={(on) => setPointed(on ? keyPointId : null)}
                    onPin={() => setPinned(pinned === keyPointId ? null : keyPointId)}
                    {...(disputing.has(keyPointId) || item.disputes[keyPointId] !== undefined
                      ? {}
                      : { onDispute: (why: string) => onDispute(keyPointId, why) })}
                  />
                );
              })}
            </ul>
            {veiled ? (
              <p className="quiet small">{t.grade.veiledNote}</p>
            ) : (
              <>
                <Misconceptions asserted={grade.misconceptions} onPoint={setPointed} />
                <ScoreArithmetic grade={grade} />
              </>
            )}
          </div>
        )}
      </div>
    </article>
  );
}

function GradeHeader({ item, active }: { item: GradeItem; active: string | null }) {
  const { t } = useText();
  const { grade } = item;
  return (
    <header className="grade-header">
      <h3 className="visually-hidden">{t.grade.label}</h3>
      {grade.total === null ? (
        <span className="total total-none">{t.grade.states.ungraded}</span>
      ) : (
        <Total total={grade.total} />
      )}
      <div className="grade-summary">
        {grade.verdicts.length > 0 && <WeightBar grade={grade} active={active} />}
        <p className="grade-facts">
          {grade.state === 'provisional' && (
            <span className="badge badge-warn">{t.grade.states.provisional}</span>
          )}
          {item.scope === 'follow-up' && <span className="badge">{t.grade.followUp}</span>}
          {item.aided && (
            <span className="badge" title={t.grade.aidedMeans}>
              {t.grade.aided}
            </span>
          )}
          <span className="quiet" title={grade.state === 'ungraded' ? undefined : grade.judge}>
            {grade.state === 'ungraded' ? t.grade.saved : t.grade.judgedBy(judgeName(grade.judge, t))}
          </span>
          {isLocalJudge(grade.judge) && grade.state !== 'ungraded' && (
            <a className="no-print" href="#/trust">
              {t.trust.link}
            </a>
          )}
        </p>
        {item.before !== undefined && <GradeChange before={item.before} now={grade} />}
        {grade.state !== 'graded' && (
          <p className="grade-reason">
            {t.grade.stateMeans[grade.state]}
            {grade.reason !== undefined && <span className="quiet"> {t.grade.reason(grade.reason)}</span>}
          </p>
        )}
      </div>
    </header>
  );
}

function valueBefore({ before }: GradeItem, keyPointId: string): VerdictValue | undefined {
  return before?.verdicts.find((verdict) => verdict.keyPointId === keyPointId)?.value;
}

function replyMarks(grade: Grade): Mark[] {
  const points = grade.verdicts.flatMap(({ keyPointId, replySpan }) =>
    replySpan === null ? [] : [{ id: keyPointId, start: replySpan.start, end: replySpan.end }],
  );
  const beliefs = grade.misconceptions.map(({ misconceptionId, replySpan: { start, end } }) => ({
    id: misconceptionId,
    start,
    end,
  }));
  return [...points, ...beliefs];
}

function markTones(grade: Grade): Record<string, string> {
  return Object.fromEntries([
    ...grade.verdicts.map(({ keyPointId, value }) => [keyPointId, value] as const),
    ...grade.misconceptions.map(({ misconceptionId }) => [misconceptionId, 'contradicted'] as const),
  ]);
}
