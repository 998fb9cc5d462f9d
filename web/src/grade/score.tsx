import type { Grade } from '../../../src/protocol.ts';
import { useText } from '../text/text-context.tsx';
import { formatPoints, fullMarksShare, gradeArithmetic } from './arithmetic.ts';

/** The total as n/10. */
export function Total({ total }: { total: number }) {
  const { t } = useText();
  return (
    <span className="total" role="img" aria-label={t.grade.outOfTen(total)}>
      <span className="total-number">{total}</span>
      <span className="total-of">/10</span>
    </span>
  );
}

/** The total as a number alone, in a list; read out as n of ten. */
export function ShortTotal({ total }: { total: number }) {
  const { t } = useText();
  return (
    <>
      <span aria-hidden="true">{total}</span>
      <span className="visually-hidden">{t.grade.outOfTen(total)}</span>
    </>
  );
}

/** One segment for each key point, as wide as its weight: the total at a glance. */
export function WeightBar({ grade, active }: { grade: Grade; active: string | null }) {
  return (
    <div className="weight-bar" aria-hidden="true">
      {grade.verdicts.map((verdict) => (
        <span
          key={verdict.keyPointId}
          data-value={verdict.value}
          data-active={verdict.keyPointId === active ? '' : undefined}
          style={{ flexGrow: verdict.weight }}
        />
      ))}
    </div>
  );
}

/** The arithmetic behind the total, on demand. */
export function ScoreArithmetic({ grade }: { grade: Grade }) {
  const { t } = useText();
  const sum = gradeArithmetic(grade);
  return (
    <details className="arithmetic">
      <summary>{t.grade.howItAddsUp}</summary>
      <div className="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t.grade.point}</th>
              <th scope="col">{t.grade.weight}</th>
              <th scope="col">{t.grade.worth}</th>
              <th scope="col">{t.grade.points}</th>
            </tr>
          </thead>
          <tbody>
            {sum.rows.map((row) => (
              <tr key={row.keyPointId}>
                <td>{row.claim}</td>
                <td>{row.weight}</td>
                <td>× {formatPoints(row.worth)}</td>
                <td>{formatPoints(row.points)}</td>
              </tr>
            ))}
            {sum.penalties.map((penalty) => (
              <tr key={penalty.misconceptionId}>
                <td>{t.grade.penaltyFor(penalty.belief)}</td>
                <td />
                <td />
                <td>{formatPoints(-penalty.cost)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td>{t.grade.sum}</td>
              <td>{formatPoints(sum.available)}</td>
              <td />
              <td>{formatPoints(sum.points)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      <p className="formula">
        10 × {formatPoints(sum.points)} ÷ ({formatPoints(fullMarksShare)} × {formatPoints(sum.available)}) ={' '}
        {formatPoints(sum.exact)} → <strong>{sum.total}</strong>
      </p>
      <p className="quiet small">{sum.nothingMet ? t.grade.nothingMet : t.grade.roundingRule}</p>
    </details>
  );
}
