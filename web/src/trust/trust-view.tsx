import { useState } from 'react';
import type { Status } from '../../../src/protocol.ts';
import { useText } from '../text/text-context.tsx';
import { figure, percent, range, signed } from './figures.ts';
import { Scatter } from './scatter.tsx';
import { AgreementTable, ReliabilityTable, ReplyKindTable, TotalTable } from './tables.tsx';
import type { Estimate, TrustCard } from './trust-card.ts';
import { WorstList } from './worst-list.tsx';

export interface TrustViewProps {
  card: TrustCard;
  /** Of this server; null while unknown. */
  status: Status | null;
}

export function TrustView({ card, status }: TrustViewProps) {
  const { t } = useText();
  const [bare, setBare] = useState(false);
  const run = bare ? card.withoutStatements : card.withStatements;
  const { all } = card.withStatements;
  return (
    <>
      <p className="lede">{t.trust.lede}</p>
      <p className="quiet small">
        {t.trust.size(all.n, all.questions, card.made)}{' '}
        {card.leftOut.unknown > 0 && t.trust.leftOut(card.leftOut.unknown)}
      </p>
      {status !== null && (status.chatModel !== null || status.judge !== card.judge) && (
        <p className="note">{t.trust.otherJudge(status.chatModel ?? status.judge, card.judge)}</p>
      )}
      <ul className="trust-short">
        <Short name={t.trust.short.order} of={all.rightOrder} show={percent} />
        <Short name={t.trust.short.withinTwo} of={all.withinTwo} show={percent} />
        <Short name={t.trust.short.overFour} of={all.overFour} show={percent} />
        <Short name={t.trust.short.bias} of={all.bias} show={signed} />
      </ul>
      <p>{t.trust.advice}</p>

      <section>
        <h2>{t.trust.totals}</h2>
        <p className="quiet">{t.trust.totalsLede}</p>
        <div className="trust-totals">
          <TotalTable bins={card.withStatements.byTotal} />
          <Scatter points={card.withStatements.points} />
        </div>
      </section>

      <section>
        <h2>{t.trust.verdicts}</h2>
        <p>
          {t.trust.verdictsLede(
            card.verdicts.replies,
            card.verdicts.n,
            percent(card.verdicts.right),
            percent(card.verdicts.sure.right),
            percent(card.verdicts.unsure.right),
          )}
        </p>
        <ReliabilityTable bins={card.verdicts.bins} />
        <p className="quiet small">{t.trust.confidences(figure(card.verdicts.calibrationError, 2))}</p>
      </section>

      <section>
        <h2>{t.trust.agreement}</h2>
        <p className="quiet">{t.trust.agreementLede}</p>
        <fieldset className="segments">
          <legend className="visually-hidden">{t.trust.bank}</legend>
          {[false, true].map((without) => (
            <button
              key={String(without)}
              type="button"
              aria-pressed={bare === without}
              onClick={() => setBare(without)}
            >
              {without ? t.trust.withoutStatements : t.trust.withStatements}
            </button>
          ))}
        </fieldset>
        <AgreementTable run={run} />
        <h3>{t.trust.byReplyKind}</h3>
        <p className="quiet">{t.trust.replyKindsLede}</p>
        <ReplyKindTable kinds={run.byReplyKind} />
      </section>

      <section>
        <h2>{t.trust.worst}</h2>
        <p className="quiet">{t.trust.worstLede}</p>
        <WorstList worst={card.worst} />
      </section>

      <section>
        <h2>{t.trust.limits}</h2>
        <ul className="trust-limits">
          {t.trust.limitList.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      </section>

      <section>
        <h2>{t.trust.measured}</h2>
        <Measured card={card} />
      </section>
    </>
  );
}

function Short({ name, of, show }: { name: string; of: Estimate; show: (value: number | null) => string }) {
  const interval = range(of, show);
  return (
    <li>
      <span className="trust-number">{show(of.value)}</span>
      <span>{name}</span>
      {interval !== '' && <span className="quiet small">{interval}</span>}
    </li>
  );
}

function Measured({ card }: { card: TrustCard }) {
  const { t } = useText();
  const { p50, p99 } = card.withStatements.latencyMs;
  const facts = [
    [t.trust.facts.judge, `${card.judge} · ${card.fingerprint.judge}`],
    ...card.models.map(({ id, files }) => [t.trust.facts.model, `${id}: ${files.join(', ')}`] as const),
    [
      t.trust.facts.corpus,
      t.trust.facts.corpusIs(card.corpus.entries, card.corpus.statements, card.corpus.hash),
    ],
    [t.trust.facts.replies, card.fingerprint.replies],
    [t.trust.facts.made, card.made],
    [t.trust.facts.time, `p50 ${figure(p50, 0)} ms, p99 ${figure(p99, 0)} ms`],
  ] as const;
  return (
    <dl className="trust-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
