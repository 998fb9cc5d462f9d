/** A span to highlight; several may carry the same id. Offsets are UTF-16, `end` exclusive. */
export interface Mark {
  id: string;
  start: number;
  end: number;
}

/** A piece of a text and the marks that cover it; none when it is plain. */
export interface Run {
  start: number;
  end: number;
  text: string;
  ids: readonly string[];
}

/**
 * Splits a text into runs by the marks over it. The runs' texts joined are the text again.
 * Marks may overlap, touch, come in any order or reach past the text; empty ones are ignored.
 */
export function splitRuns(text: string, marks: readonly Mark[]): Run[] {
  const kept = marks
    .map((mark) => ({ id: mark.id, start: Math.max(0, mark.start), end: Math.min(text.length, mark.end) }))
    .filter((mark) => mark.start < mark.end);
  const edges = new Set([0, text.length]);
  for (const mark of kept) edges.add(mark.start).add(mark.end);
  const sorted = [...edges].sort((a, b) => a - b);
  const runs: Run[] = [];
  for (let index = 1; index < sorted.length; index += 1) {
    const start = sorted[index - 1] ?? 0;
    const end = sorted[index] ?? text.length;
    const covering = kept.filter((mark) => mark.start <= start && mark.end >= end).map((mark) => mark.id);
    runs.push({ start, end, text: text.slice(start, end), ids: [...new Set(covering)] });
  }
  return runs;
}
