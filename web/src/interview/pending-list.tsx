import type { ConnectionState } from '../connection/reconnecting-socket.ts';
import type { PendingMessage } from '../connection/session-view.ts';
import { describeError, RetryCountdown } from '../page/problems.tsx';
import { useText } from '../text/text-context.tsx';

export interface PendingListProps {
  pending: readonly PendingMessage[];
  connection: ConnectionState;
  onRetry: (id: string) => void;
  onDiscard: (id: string) => void;
}

/** Messages on their way: shown at once, and marked until the server has stored them. */
export function PendingList({ pending, connection, onRetry, onDiscard }: PendingListProps) {
  const { t } = useText();
  return pending.map((message) => (
    <li key={message.id} className="item item-message item-pending">
      <span className="visually-hidden">{t.conversation.you}</span>
      <div className="bubble plain-text">{message.text}</div>
      {message.refused === null ? (
        <p className="message-state quiet" role="status">
          {connection === 'open' ? t.pending.sending : t.pending.waiting}
        </p>
      ) : (
        <div className="message-state" role="alert">
          <span className="warn">{describeError(message.refused.error, t)}</span>
          {message.refused.error.retryAfterSeconds !== undefined && (
            <RetryCountdown from={message.refused.at} seconds={message.refused.error.retryAfterSeconds} />
          )}
          <button type="button" className="link" onClick={() => onRetry(message.id)}>
            {t.pending.retry}
          </button>
          <button type="button" className="link" onClick={() => onDiscard(message.id)}>
            {t.pending.discard}
          </button>
        </div>
      )}
    </li>
  ));
}
