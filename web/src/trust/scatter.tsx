import { useText } from '../text/text-context.tsx';
import type { TrustRun } from './trust-card.ts';

const side = 260;
const edge = 30;
const scale = [0, 2, 4, 6, 8, 10];
const at = (score: number) => (score / 10) * (side - 2 * edge);
const x = (gold: number) => edge + at(gold);
const y = (total: number) => side - edge - at(total);

/** Every reply by gold (to the right) and total (upward); larger where several share a place. */
export function Scatter({ points }: { points: TrustRun['points'] }) {
  const { t } = useText();
  return (
    <svg
      className="trust-scatter"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={t.trust.scatterLabel}
    >
      {scale.map((score) => (
        <g key={score}>
          <line x1={x(score)} x2={x(score)} y1={y(0)} y2={y(10)} className="trust-grid" />
          <line x1={x(0)} x2={x(10)} y1={y(score)} y2={y(score)} className="trust-grid" />
          <text x={x(score)} y={y(0) + 14} textAnchor="middle">
            {score}
          </text>
          <text x={x(0) - 6} y={y(score) + 3} textAnchor="end">
            {score}
          </text>
        </g>
      ))}
      <line x1={x(0)} x2={x(10)} y1={y(0)} y2={y(10)} className="trust-diagonal" />
      {points.map(([gold, total, count]) => (
        <circle key={`${gold} ${total}`} cx={x(gold)} cy={y(total)} r={2 + 1.3 * Math.sqrt(count)} />
      ))}
      <text x={x(5)} y={side - 3} textAnchor="middle">
        {t.trust.columns.gold}
      </text>
      <text x={x(0)} y={y(10) - 10} textAnchor="middle">
        {t.trust.columns.total}
      </text>
    </svg>
  );
}
