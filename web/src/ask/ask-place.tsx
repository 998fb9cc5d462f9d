import { useCallback, useRef, useState } from 'react';
import type { SessionStore } from '../connection/session-store.ts';
import { outboxSize } from '../connection/stored-session.ts';
import { useSession } from '../connection/use-session.ts';
import { Composer } from '../interview/composer.tsx';
import { Conversation } from '../interview/conversation.tsx';
import { OwnData, RemovedNote } from '../own-data/own-data.tsx';
import { fieldMayFocus } from '../page/by-keyboard.ts';
import { Problems } from '../page/problems.tsx';
import type { RouteSpan } from '../page/route.ts';
import { useText } from '../text/text-context.tsx';
import { EntryPeek } from './entry-peek.tsx';

/** Free questions about the material, in a session of their own. */
export function AskPlace({ store }: { store: SessionStore }) {
  const { lang, t } = useText();
  const state = useSession(store);
  const [peek, setPeek] = useState<{ entryId: string; span: RouteSpan } | null>(null);
  const [removed, setRemoved] = useState(false);
  const { view, active } = state;
  const field = useRef<HTMLTextAreaElement>(null);
  const cited = useRef<Element | null>(null);
  const toField = () => {
    if (fieldMayFocus()) field.current?.focus();
  };
  const closePeek = () => {
    setPeek(null);
    if (cited.current instanceof HTMLElement) cited.current.focus({ preventScroll: true });
  };
  const cite = useCallback((entryId: string, span: RouteSpan) => {
    cited.current = document.activeElement;
    setPeek({ entryId, span });
  }, []);
  const ask = (text: string) => {
    setRemoved(false);
    if (!active) store.start({ lang, mode: 'study' });
    return store.send({ text, intent: 'question' });
  };
  const full = view.pending.length >= outboxSize;
  const empty = (
    <div className="ask-empty">
      <h1>{t.ask.title}</h1>
      <p className="lede">{t.ask.lede}</p>
      <ul className="examples">
        {t.ask.examples.map((example) => (
          <li key={example}>
            <button
              type="button"
              className="example"
              onClick={() => {
                toField();
                ask(example);
              }}
            >
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
  return (
    <>
      <div className={peek === null ? 'ask-body' : 'ask-body ask-with-peek'}>
        <div className="scroller">
          <div className="column-read">
            {view.items.length > 0 && <h1 className="visually-hidden">{t.places.ask}</h1>}
            <Conversation store={store} state={state} empty={empty} onCite={cite} />
            {removed && view.items.length === 0 && <RemovedNote />}
            {view.items.length > 0 && view.working === null && (
              <p className="start-afresh">
                <button
                  type="button"
                  className="link quiet"
                  onClick={() => {
                    toField();
                    setPeek(null);
                    store.forget();
                  }}
                >
                  {t.ask.startAfresh}
                </button>
              </p>
            )}
            {view.items.length > 0 && (
              <OwnData
                store={store}
                onRemoved={() => {
                  setPeek(null);
                  setRemoved(true);
                }}
              />
            )}
          </div>
        </div>
        {peek !== null && <EntryPeek entryId={peek.entryId} span={peek.span} onClose={closePeek} />}
      </div>
      <Composer
        label={t.ask.label}
        placeholder={t.ask.placeholder}
        busy={(view.working !== null && state.connection === 'open') || full}
        notice={full ? t.pending.full : null}
        draft="ask"
        field={field}
        onSend={ask}
        {...(view.writing === null && view.stage === null ? {} : { onStop: () => store.cancel() })}
      >
        <Problems problems={view.problems} onDismiss={(id) => store.dismiss(id)} />
      </Composer>
    </>
  );
}
