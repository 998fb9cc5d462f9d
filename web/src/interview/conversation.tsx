import { memo, useCallback, useMemo, type ReactNode } from 'react';
import type { Item } from '../connection/items.ts';
import type { SessionState, SessionStore } from '../connection/session-store.ts';
import type { RouteSpan } from '../page/route.ts';
import { useText } from '../text/text-context.tsx';
import { Announcer } from './announcer.tsx';
import { ItemView, type ItemViewProps } from './item-view.tsx';
import { PendingList } from './pending-list.tsx';
import { entryInPlay, openDisputes, splitInterviews, visibleItems } from './timeline.ts';
import { WritingText } from './writing-text.tsx';
import { useFollow } from './use-follow.ts';

export interface ConversationProps {
  store: SessionStore;
  state: SessionState;
  onCite?: (entryId: string, span: RouteSpan) => void;
  /** Shown when nothing has been said. */
  empty?: ReactNode;
}

/** The conversation of a session, the newest at the bottom. */
export function Conversation({ store, state, onCite, empty }: ConversationProps) {
  const { t } = useText();
  const { view, connection } = state;
  const { earlier, current } = splitInterviews(view.items);
  const shown = visibleItems(current);
  const disputed = [...openDisputes(view.items, view.pending)].sort().join('\n');
  const disputing = useMemo(() => new Set(disputed.split('\n')), [disputed]);
  const dispute = useCallback(
    (keyPointId: string, why: string) => store.send({ text: why, intent: 'dispute', keyPointId }),
    [store],
  );
  const inPlay = entryInPlay(view.items, view.open);
  const nothing = shown.length === 0 && view.pending.length === 0;
  const list = useFollow(view);
  const row = (item: Item) => (
    <Row
      key={item.seq}
      item={item}
      disputing={disputing}
      veiled={item.kind === 'grade' && item.entryId === inPlay}
      onDispute={dispute}
      {...(onCite === undefined ? {} : { onCite })}
    />
  );
  return (
    <>
      {nothing && empty}
      {earlier.length > 0 && (
        <details className="earlier">
          <summary>{t.conversation.earlier}</summary>
          <ol className="conversation">{visibleItems(earlier).map(row)}</ol>
        </details>
      )}
      <ol
        className="conversation"
        ref={list}
        aria-label={t.conversation.label}
        hidden={nothing && view.working === null}
      >
        {shown.map(row)}
        <PendingList
          pending={view.pending}
          connection={connection}
          onRetry={(id) => store.retry(id)}
          onDiscard={(id) => store.discard(id)}
        />
        {view.writing !== null && view.writing.text !== '' ? (
          <li className="item item-writing" aria-busy="true">
            <WritingText text={view.writing.text} />
          </li>
        ) : (
          view.working !== null && (
            <li className="item item-working">
              <p className="working" role="status">
                {t.conversation.working}
              </p>
            </li>
          )
        )}
      </ol>
      <Announcer items={view.items} />
    </>
  );
}

/** Drawn again only when its item changes: a long conversation must not cost anything while one writes below it. */
const Row = memo(function Row(props: ItemViewProps) {
  const { kind, seq } = props.item;
  return (
    <li className={`item item-${kind}`} data-seq={seq}>
      <ItemView {...props} />
    </li>
  );
});
