import { useMemo, type ReactNode } from 'react';
import type { SessionState } from '../connection/session-state.ts';
import type { SessionStore } from '../connection/session-store.ts';
import type { RouteSpan } from '../page/route.ts';
import { useLasting } from '../page/use-lasting.ts';
import { useText } from '../text/text-context.tsx';
import { Announcer } from './announcer.tsx';
import { ItemRow } from './item-row.tsx';
import { PendingList } from './pending-list.tsx';
import { stageWords } from './stage-words.ts';
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

/** What comes within this long needs no word that it is on its way. */
const soonMs = 400;

/** The conversation of a session, the newest at the bottom. */
export function Conversation({ store, state, onCite, empty }: ConversationProps) {
  const { t } = useText();
  const { view } = state;
  const { items, pending, open } = view;
  const { earlier, shown } = useMemo(() => {
    const parts = splitInterviews(items);
    return { earlier: visibleItems(parts.earlier), shown: visibleItems(parts.current) };
  }, [items]);
  const disputing = useMemo(() => openDisputes(items, pending), [items, pending]);
  const inPlay = useMemo(() => entryInPlay(items, open), [items, open]);
  const nothing = shown.length === 0 && pending.length === 0;
  const list = useFollow(view);
  const slow = useLasting(state.restoring, soonMs);
  const row = (item: (typeof shown)[number]) => (
    <ItemRow
      key={item.seq}
      item={item}
      disputing={item.kind === 'grade' ? disputedOf(disputing, item.grade.verdicts) : ''}
      veiled={item.kind === 'grade' && item.entryId === inPlay}
      store={store}
      {...(onCite === undefined ? {} : { onCite })}
    />
  );
  return (
    <>
      {nothing && (state.restoring ? slow && <p className="quiet">{t.common.loading}</p> : empty)}
      {earlier.length > 0 && (
        <details className="earlier">
          <summary>{t.conversation.earlier}</summary>
          <ol className="conversation">{earlier.map(row)}</ol>
        </details>
      )}
      <ol
        className="conversation"
        ref={list}
        aria-label={t.conversation.label}
        hidden={nothing && view.working === null && !state.starting}
      >
        {shown.map(row)}
        <PendingList
          pending={pending}
          connected={state.connection === 'open'}
          onRetry={(id) => store.retry(id)}
          onDiscard={(id) => store.discard(id)}
        />
        <Working state={state} />
      </ol>
      <Announcer items={items} />
    </>
  );
}

/** The disputed key points among these, as one word: rows compare it to see whether anything changed. */
function disputedOf(disputing: ReadonlySet<string>, verdicts: readonly { keyPointId: string }[]): string {
  return verdicts
    .map(({ keyPointId }) => keyPointId)
    .filter((id) => disputing.has(id))
    .join(' ');
}

/** What the coach is at. */
function Working({ state }: { state: SessionState }) {
  const { t } = useText();
  const { view, connection, starting } = state;
  const away = useLasting(connection !== 'open', soonMs);
  if (view.writing !== null && view.writing.text !== '') {
    return (
      <li className="item item-writing" aria-busy="true">
        <WritingText text={view.writing.text} />
      </li>
    );
  }
  if (view.working === null && !starting) return null;
  const words = starting
    ? t.conversation.opening
    : view.stage === null
      ? t.conversation.working
      : stageWords(view.stage, t.stages);
  return (
    <li className="item item-working">
      <p className={away ? 'quiet' : 'working'} role="status">
        {away ? t.conversation.paused : words}
      </p>
    </li>
  );
}
