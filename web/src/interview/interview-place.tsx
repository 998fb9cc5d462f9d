import { useRef, useState } from 'react';
import type { Mode, PlanRequest, Status } from '../../../src/protocol.ts';
import type { SessionStore } from '../connection/session-store.ts';
import { outboxSize } from '../connection/stored-session.ts';
import type { Loaded } from '../connection/use-loaded.ts';
import { useSession } from '../connection/use-session.ts';
import { OwnData, RemovedNote } from '../own-data/own-data.tsx';
import { fieldMayFocus } from '../page/by-keyboard.ts';
import { Problems } from '../page/problems.tsx';
import { useText } from '../text/text-context.tsx';
import { Composer } from './composer.tsx';
import { Conversation } from './conversation.tsx';
import { OpenQuestion } from './open-question.tsx';
import { Progress } from './progress.tsx';
import { QuickActions } from './quick-actions.tsx';
import { StartForm } from './start-form.tsx';

export interface InterviewPlaceProps {
  store: SessionStore;
  status: Loaded<Status>;
}

export function InterviewPlace({ store, status }: InterviewPlaceProps) {
  const { lang, t } = useText();
  const state = useSession(store);
  const { view, active } = state;
  const latest = view.items.findLast((item) => item.kind === 'planned')?.seq ?? 0;
  // the form was opened over this interview; one that starts from elsewhere closes it
  const [choosingOver, setChoosingOver] = useState<number | null>(null);
  const choosing = choosingOver === latest;
  // a session whose first events are on their way is an interview; one that could not begin says why
  const started = active && (view.items.length > 0 || view.pending.length > 0 || view.problems.length === 0);
  const field = useRef<HTMLTextAreaElement>(null);
  const [autoFocus, setAutoFocus] = useState(false);
  const toConversation = () => {
    setAutoFocus(fieldMayFocus());
    setChoosingOver(null);
  };
  const [removed, setRemoved] = useState(false);
  const begin = (mode: Mode, plan: PlanRequest) => {
    toConversation();
    setRemoved(false);
    store.start({ lang, mode, plan });
  };
  const problems = <Problems problems={view.problems} onDismiss={(id) => store.dismiss(id)} />;
  if (!started || choosing) {
    return (
      <div className="scroller">
        {problems}
        {removed && !started && <RemovedNote />}
        <StartForm
          status={status}
          interrupting={view.open !== null}
          onStart={begin}
          onBack={started ? toConversation : null}
        />
      </div>
    );
  }
  const full = view.pending.length >= outboxSize;
  const busy = (view.working !== null && state.connection === 'open') || full;
  const finished = view.phase === 'finished';
  return (
    <>
      <div className="scroller">
        <div className="columns">
          <h1 className="visually-hidden">{t.places.interview}</h1>
          <Progress view={view} onNew={() => setChoosingOver(latest)} />
          <div className="column-main">
            <Conversation
              store={store}
              state={state}
              empty={<p className="quiet">{t.conversation.opening}</p>}
            />
            {finished && (
              <div className="after">
                <button
                  type="button"
                  className="button button-primary"
                  onClick={() => setChoosingOver(latest)}
                >
                  {t.progress.newInterview}
                </button>
              </div>
            )}
            <OwnData
              store={store}
              onRemoved={() => {
                setChoosingOver(null);
                setRemoved(true);
              }}
            />
          </div>
        </div>
      </div>
      <Composer
        label={t.composer.label}
        placeholder={view.open === null ? t.composer.askAnything : t.composer.reply}
        busy={busy}
        notice={full ? t.pending.full : null}
        draft="interview"
        field={field}
        autoFocus={autoFocus}
        onSend={(text) => store.send({ text })}
        {...(view.writing === null && view.stage === null ? {} : { onStop: () => store.cancel() })}
      >
        {problems}
        {view.open !== null && <OpenQuestion question={view.open} />}
        <QuickActions
          view={view}
          busy={busy}
          onSend={(message) => {
            if (fieldMayFocus()) field.current?.focus();
            store.send(message);
          }}
        />
      </Composer>
    </>
  );
}
