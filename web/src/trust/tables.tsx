import type { ReactNode } from 'react';
import { topicName, useText } from '../text/text-context.tsx';
import { figure, percent, range, signed } from './figures.ts';
import type { Estimate, Measured, ReplyKind, TrustRun, VerdictMeasures } from './trust-card.ts';

type Show = (value: number | null) => string;

export function AgreementTable({ run }: { run: TrustRun }) {
  const { t } = useText();
  const c = t.trust.columns;
  const named = (of: Readonly<Record<string, Measured>>, name: (id: string) => string) =>
    Object.entries(of).map(([id, one]) => [name(id), one] as const);
  const kinds: Readonly<Record<string, string>> = t.kinds;
  const rows = [
    [t.trust.all, run.all] as const,
    ...named(run.byLang, (id) => (id === 'zh' ? t.trust.langs.zh : t.trust.langs.en)),
    ...named(run.byModule, (id) => topicName(t, id)),
    ...named(run.byEntryKind, (id) => t.trust.entryKind(kinds[id] ?? id)),
  ];
  return (
    <Table
      label={t.trust.agreement}
      head={[c.group, c.replies, c.pearson, c.spearman, c.within, c.order, c.rmse, c.bias, c.withinTwo]}
    >
      {rows.map(([name, one]) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td>
            {one.n} ({one.questions})
          </td>
          <Cell of={one.pearson} />
          <Cell of={one.spearman} />
          <Cell of={one.withinQuestion} />
          <Cell of={one.rightOrder} show={percent} />
          <Cell of={one.rmse} />
          <Cell of={one.bias} show={signed} />
          <Cell of={one.withinTwo} show={percent} />
        </tr>
      ))}
    </Table>
  );
}

export function ReliabilityTable({ bins }: { bins: VerdictMeasures['bins'] }) {
  const { t } = useText();
  const c = t.trust.columns;
  return (
    <Table label={t.trust.verdicts} head={[c.sureTo, c.verdicts, c.right]}>
      {bins.map(({ from, to, n, right }) => (
        <tr key={from}>
          <th scope="row">
            {Math.round(from * 100)}–{Math.round(to * 100)}%
          </th>
          <td>{n}</td>
          <td>{percent(right)}</td>
        </tr>
      ))}
    </Table>
  );
}

export function ReplyKindTable({ kinds }: { kinds: Readonly<Record<string, ReplyKind>> }) {
  const { t } = useText();
  const c = t.trust.columns;
  const names: Readonly<Record<string, string>> = t.trust.replyKinds;
  return (
    <Table label={t.trust.byReplyKind} head={[c.kind, c.count, c.gold, c.total, c.atMost3, c.atLeast8]}>
      {Object.entries(kinds).map(([kind, one]) => (
        <tr key={kind}>
          <th scope="row">{names[kind] ?? kind}</th>
          <td>{one.n}</td>
          <td>{figure(one.gold, 1)}</td>
          <td>{figure(one.total, 1)}</td>
          <Cell of={one.atMost3} show={percent} />
          <Cell of={one.atLeast8} show={percent} />
        </tr>
      ))}
    </Table>
  );
}

/** What gold is where the judge gives so much. */
export function TotalTable({ bins }: { bins: TrustRun['byTotal'] }) {
  const { t } = useText();
  const c = t.trust.columns;
  return (
    <Table label={t.trust.totals} head={[c.judgeSays, c.count, c.goldMean, c.mostLieIn]}>
      {bins.map(({ from, to, n, other }) => (
        <tr key={from}>
          <th scope="row">{to === 10 ? t.trust.upTo(from, to) : t.trust.below(from, to)}</th>
          <td>{n}</td>
          <td>{figure(other?.mean ?? null, 1)}</td>
          <td>{other === null ? '–' : `${figure(other.p10, 1)} – ${figure(other.p90, 1)}`}</td>
        </tr>
      ))}
    </Table>
  );
}

function Table({ label, head, children }: { label: string; head: readonly string[]; children: ReactNode }) {
  return (
    // reached by Tab, so that the keyboard can scroll it on a narrow screen
    <div className="table-scroll trust-table" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Cell({ of, show = figure }: { of: Estimate; show?: Show }) {
  const interval = range(of, show);
  return (
    <td>
      {show(of.value)}
      {interval !== '' && <span className="trust-range">{interval}</span>}
    </td>
  );
}
