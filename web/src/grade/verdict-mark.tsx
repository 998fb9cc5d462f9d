import type { VerdictValue } from '../../../src/protocol.ts';
import { useText } from '../text/text-context.tsx';

/** A verdict as shape and word; the colour only repeats them. */
export function VerdictMark({ value, wordless = false }: { value: VerdictValue; wordless?: boolean }) {
  const { t } = useText();
  return (
    <span className="verdict-mark" data-value={value}>
      <svg viewBox="0 0 18 18" aria-hidden="true" focusable="false">
        <Shape value={value} />
      </svg>
      <span className={wordless ? 'visually-hidden' : 'verdict-word'}>{t.verdicts[value]}</span>
    </span>
  );
}

function Shape({ value }: { value: VerdictValue }) {
  switch (value) {
    case 'covered':
      return (
        <>
          <circle className="fill" cx="9" cy="9" r="8" />
          <path className="stroke-on-fill" d="m5.4 9.3 2.4 2.4 4.8-5.1" />
        </>
      );
    case 'partial':
      return (
        <>
          <circle className="line" cx="9" cy="9" r="7.2" />
          <path className="fill" d="M9 1.8a7.2 7.2 0 0 0 0 14.4Z" />
        </>
      );
    case 'missing':
      return <circle className="line dashed" cx="9" cy="9" r="7.2" />;
    case 'contradicted':
      return (
        <>
          <rect className="fill" x="3" y="3" width="12" height="12" rx="2" transform="rotate(45 9 9)" />
          <path className="stroke-on-fill" d="m6.6 6.6 4.8 4.8m0-4.8-4.8 4.8" />
        </>
      );
  }
}
