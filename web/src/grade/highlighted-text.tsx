import { useEffect, useMemo, useRef } from 'react';
import { revealWithin } from '../markdown/reveal-within.ts';
import { splitRuns, type Mark } from './runs.ts';

export interface HighlightedTextProps {
  text: string;
  marks: readonly Mark[];
  active: string | null;
  /** By mark id: how the mark is tinted. */
  tones: Readonly<Record<string, string>>;
  onPoint?: (id: string) => void;
}

/** A candidate's text, always plain, with its marked spans; the active one stands out. */
export function HighlightedText({ text, marks, active, tones, onPoint }: HighlightedTextProps) {
  const runs = useMemo(() => splitRuns(text, marks), [text, marks]);
  const root = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const first = root.current?.querySelector<HTMLElement>('mark[data-active]');
    if (first) revealWithin(first);
  }, [active]);
  return (
    <p ref={root} className="plain-text">
      {runs.map((run) => {
        const [first] = run.ids;
        if (first === undefined) return <span key={run.start}>{run.text}</span>;
        const on = active !== null && run.ids.includes(active);
        return (
          <mark
            key={run.start}
            data-mark={run.ids.join(' ')}
            data-tone={tones[on ? active : first]}
            data-active={on ? '' : undefined}
            onClick={onPoint === undefined ? undefined : () => onPoint(first)}
          >
            {run.text}
          </mark>
        );
      })}
    </p>
  );
}
