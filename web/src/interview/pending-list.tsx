import type { PendingMessage } from '../connection/session-view.ts';
import { describeError } from '../page/problems.tsx';
import { useSecondsLeft } from '../page/use-seconds-left.ts';
import type { Text } from '../text/zh.ts';
import { useText } from '../text/text-context.tsx';
import { QueuePlace } from './queue-place.tsx';

export interface PendingListProps {
  pending: readonly PendingMessage[];
  connected: boolean;
  onRetry: (id: string) => void;
  onDiscard: (id: string) => void;
}

/** Messages on their way: shown at once, and marked until the server has stored them. */
export function PendingList({ pending, connected, onRetry, onDiscard }: PendingListProps) {
  const { t } = useText();
  return pending.map((message) => (
    <li key={message.id} className="item item-message item-pending">
      <span className="visually-hidden">{t.conversation.you}</span>
      <div className="bubble plain-text">{message.text}</div>
      {message.refused === null ? (
        <Waiting message={message} connected={connected} onDiscard={onDiscard} />
      ) : (
        <Refused id={message.id} refused={message.refused} onRetry={onRetry} onDiscard={onDiscard} />
      )}
    </li>
  ));
}

type WaitingProps = { message: PendingMessage } & Pick<PendingListProps, 'connected' | 'onDiscard'>;

function Waiting({ message, connected, onDiscard }: WaitingProps) {
  const { t } = useText();
  if (connected && message.place !== null) return <QueuePlace place={message.place} />;
  if (connected) {
    return (
      <p className="message-state message-sending quiet" role="status">
        {t.pending.sending}
      </p>
    );
  }
  return (
    <div className="message-state quiet" role="status">
      <span>{message.kept ? t.pending.waiting : t.pending.unkept}</span>
      {!message.tried && (
        <button type="button" className="link" onClick={() => onDiscard(message.id)}>
          {t.pending.withdraw}
        </button>
      )}
    </div>
  );
}

type RefusedProps = { id: string; refused: NonNullable<PendingMessage['refused']> } & Pick<
  PendingListProps,
  'onRetry' | 'onDiscard'
>;

function Refused({ id, refused: { error, at }, onRetry, onDiscard }: RefusedProps) {
  const { t } = useText();
  const seconds = error.retryAfterSeconds;
  const left = useSecondsLeft(seconds === undefined ? null : at + seconds * 1000);
  return (
    <div className="message-state" role="alert">
      <span className="warn">{reasonOf(error, t)}</span>
      {left > 0 && (
        <span className="quiet" aria-hidden="true">
          {t.pending.again(left)}
        </span>
      )}
      <button type="button" className="link" onClick={() => onRetry(id)}>
        {t.pending.retry}
      </button>
      <button type="button" className="link" onClick={() => onDiscard(id)}>
        {t.pending.withdraw}
      </button>
    </div>
  );
}

function reasonOf(error: NonNullable<PendingMessage['refused']>['error'], t: Text): string {
  return error.code === 'storage-failed' ? t.pending.notStored : describeError(error, t);
}
