import { useText } from '../text/text-context.tsx';

/**
 * How many messages are before this one. The number on screen follows every change; what is read aloud changes only when
 * the queue has about halved, so that a screen reader is not kept talking.
 */
export function QueuePlace({ place }: { place: number }) {
  const { t } = useText();
  return (
    <p className="message-state quiet">
      <span aria-hidden="true">{t.pending.queued(place - 1)}</span>
      <span className="visually-hidden" role="status">
        {place === 1 ? t.pending.queued(0) : t.pending.queuedFewerThan(atMost(place))}
      </span>
    </p>
  );
}

/** The next power of two: 2, 4, 8, … */
function atMost(place: number): number {
  return 2 ** Math.ceil(Math.log2(place));
}
