import { useText } from '../text/text-context.tsx';

const levels = [1, 2, 3, 4, 5] as const;

/** One to five, as dots and as words for a screen reader. */
export function Difficulty({ level }: { level: number }) {
  const { t } = useText();
  return (
    <span
      className="difficulty"
      role="img"
      aria-label={t.material.difficulty(level)}
      title={t.material.difficulty(level)}
    >
      {levels.map((dot) => (
        <span key={dot} data-on={dot <= level ? '' : undefined} />
      ))}
    </span>
  );
}
