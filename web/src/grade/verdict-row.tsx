import { useRef, useState } from 'react';
import { unsureBelow, type Verdict, type VerdictValue } from '../../../src/protocol.ts';
import type { DisputeOutcome } from '../connection/items.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { ChevronIcon } from '../page/icons.tsx';
import { useText } from '../text/text-context.tsx';
import { DisputeForm } from './dispute-form.tsx';
import { SecondLook, VerdictChange } from './second-look.tsx';
import { VerdictMark } from './verdict-mark.tsx';

export interface VerdictRowProps {
  verdict: Verdict;
  pinned: boolean;
  active: boolean;
  /** The claim and its reference are not told yet. */
  veiled: boolean;
  dispute: DisputeOutcome | null;
  /** What the provisional grade said of it, when a chat model has read the reply since. */
  before?: VerdictValue | undefined;
  onPoint: (pointed: boolean) => void;
  onPin: () => void;
  /** Absent when this verdict cannot be disputed now. */
  onDispute?: (why: string) => void;
}

/** One key point: the verdict, the claim, its weight; opened, the words on both sides. */
export function VerdictRow({
  verdict,
  pinned,
  active,
  veiled,
  dispute,
  before,
  onPoint,
  onPin,
  onDispute,
}: VerdictRowProps) {
  const { t } = useText();
  const [disputing, setDisputing] = useState(false);
  const main = useRef<HTMLButtonElement>(null);
  const unsure = verdict.confidence < unsureBelow;
  const percent = Math.round(verdict.confidence * 100);
  const closeForm = () => {
    setDisputing(false);
    main.current?.focus();
  };
  return (
    <li
      className="verdict-row"
      data-value={verdict.value}
      data-active={active ? '' : undefined}
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') onPoint(true);
      }}
      onPointerLeave={() => onPoint(false)}
    >
      <button
        ref={main}
        type="button"
        className="verdict-main"
        aria-expanded={pinned}
        onClick={onPin}
        onFocus={() => onPoint(true)}
        onBlur={() => onPoint(false)}
      >
        <VerdictMark value={verdict.value} />
        <span className={veiled ? 'claim quiet' : 'claim'}>
          {veiled ? t.grade.veiledClaim : verdict.claim}
          {unsure && !veiled && (
            <span className="unsure" title={t.grade.unsureMeans(percent)}>
              {' '}
              {t.grade.unsure}
            </span>
          )}
        </span>
        <span className="weight" title={t.grade.weightIs(verdict.weight)}>
          <span className="visually-hidden">{t.grade.weightIs(verdict.weight)}</span>
          <span aria-hidden="true">×{verdict.weight}</span>
        </span>
        <ChevronIcon />
      </button>
      {!veiled && <VerdictChange before={before} now={verdict.value} />}
      {pinned && !veiled && <SecondLook verdict={verdict} />}
      {pinned && (
        <div className="evidence">
          <Evidence label={t.grade.youSaid} text={verdict.replySpan?.text ?? null} plain />
          {!veiled && <Evidence label={t.grade.referenceSays} text={verdict.referenceSpan.text} />}
        </div>
      )}
      {dispute !== null && <DisputeNote dispute={dispute} />}
      {pinned && !veiled && !disputing && (
        <div className="verdict-actions">
          {onDispute !== undefined && (
            <button
              type="button"
              className="link small"
              aria-label={`${t.dispute.open}: ${verdict.claim}`}
              onClick={() => setDisputing(true)}
            >
              {t.dispute.open}
            </button>
          )}
          <span className="quiet small">
            {unsure ? t.grade.unsureMeans(percent) : t.grade.confidence(percent)}
          </span>
        </div>
      )}
      {onDispute !== undefined && disputing && (
        <DisputeForm
          claim={verdict.claim}
          onCancel={closeForm}
          onSubmit={(why) => {
            closeForm();
            onDispute(why);
          }}
        />
      )}
    </li>
  );
}

function Evidence({ label, text, plain = false }: { label: string; text: string | null; plain?: boolean }) {
  const { t } = useText();
  return (
    <figure>
      <figcaption>{label}</figcaption>
      {text === null ? (
        <p className="quiet">{t.grade.nothingSaid}</p>
      ) : plain ? (
        <blockquote className="plain-text">{text}</blockquote>
      ) : (
        <blockquote>
          <Markdown text={text} links="all" inline />
        </blockquote>
      )}
    </figure>
  );
}

export function DisputeNote({ dispute }: { dispute: DisputeOutcome }) {
  const { t } = useText();
  return (
    <div className="dispute-note" data-outcome={dispute.outcome}>
      <p className="dispute-outcome">
        {t.dispute.outcomes[dispute.outcome]}
        {dispute.before !== dispute.after && (
          <span className="quiet">
            {' '}
            {t.verdicts[dispute.before]} → {t.verdicts[dispute.after]}
          </span>
        )}
      </p>
      <Markdown text={dispute.text} />
    </div>
  );
}
