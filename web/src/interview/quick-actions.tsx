import type { Intent } from '../../../src/protocol.ts';
import type { OutgoingMessage } from '../connection/outgoing.ts';
import type { SessionView } from '../connection/session-view.ts';
import { useText } from '../text/text-context.tsx';

export interface QuickActionsProps {
  view: SessionView;
  /** The coach is at work: nothing can be sent now. */
  busy: boolean;
  onSend: (message: OutgoingMessage) => void;
}

const aboutQuestion = ['hint', 'dont-know', 'skip', 'repeat', 'explain'] as const satisfies readonly Intent[];
const aboutInterview = ['report', 'end'] as const satisfies readonly Intent[];

/** One tap for what else could be typed; each says its intent, so nothing has to be guessed. */
export function QuickActions({ view, busy, onSend }: QuickActionsProps) {
  const { t } = useText();
  if (view.phase === 'confirm') {
    return (
      <div className="quick-actions" role="group" aria-label={t.actions.label}>
        {[t.actions.itWasReply, t.actions.itWasQuestion].map((text) => (
          <button key={text} type="button" className="chip" onClick={() => onSend({ text })}>
            {text}
          </button>
        ))}
      </div>
    );
  }
  const offered = [
    ...(view.open === null ? [] : aboutQuestion),
    ...(view.phase === 'lobby' || view.phase === 'finished' ? [] : aboutInterview),
  ];
  if (offered.length === 0) return null;
  return (
    <div className="quick-actions" role="group" aria-label={t.actions.label}>
      {offered.map((intent) => (
        <button
          key={intent}
          type="button"
          className={intent === 'end' || intent === 'report' ? 'chip chip-late' : 'chip'}
          disabled={busy}
          title={t.actions.means[intent]}
          onClick={() => onSend({ text: t.actions[intent], intent })}
        >
          {t.actions[intent]}
        </button>
      ))}
    </div>
  );
}
