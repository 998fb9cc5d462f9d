import { useEffect, useRef, useState } from 'react';
import type { Lang, PlanRequest } from '../../src/protocol.ts';
import { AskPlace } from './ask/ask-place.tsx';
import { fetchStatus } from './connection/api.ts';
import type { SessionStore } from './connection/session-store.ts';
import { useLoaded } from './connection/use-loaded.ts';
import { useSession } from './connection/use-session.ts';
import { InterviewPlace } from './interview/interview-place.tsx';
import { languageRequests } from './interview/timeline.ts';
import { MaterialPlace } from './material/material-place.tsx';
import { fieldMayFocus } from './page/by-keyboard.ts';
import { ConnectionStrip } from './page/connection-strip.tsx';
import { CrashNote } from './page/crash-note.tsx';
import type { Place } from './page/route.ts';
import { useLangSetting, useThemeSetting } from './page/settings.ts';
import { SkipLink } from './page/skip-link.tsx';
import { TopBar } from './page/top-bar.tsx';
import { usePageTitle } from './page/use-page-title.ts';
import { useRoute } from './page/use-route.ts';
import { dictionaries, TextProvider } from './text/text-context.tsx';
import { ModelPlace } from './model/model-place.tsx';
import { TrustPlace } from './trust/trust-place.tsx';

export interface AppProps {
  interview: SessionStore;
  ask: SessionStore;
}

/** The page: its places, of which one shows; the others, once visited, keep what is written in them. */
export function App({ interview, ask }: AppProps) {
  const route = useRoute();
  const [lang, setLang] = useLangSetting();
  const [theme, setTheme] = useThemeSetting();
  const status = useLoaded('status', fetchStatus);
  const [visited, setVisited] = useState<ReadonlySet<Place>>(() => new Set([route.place]));
  const interviewState = useSession(interview);
  const askState = useSession(ask);
  const { place } = route;
  // an entry says its own question
  usePageTitle(
    route.place === 'material' && route.entryId !== null ? null : dictionaries[lang].places[place],
  );
  if (!visited.has(place)) setVisited(new Set([...visited, place]));

  const chooseLang = (next: Lang) => {
    setLang(next);
    for (const store of [interview, ask]) {
      const { active, view } = store.getState();
      if (active && view.items.length > 0 && view.lang !== next) {
        store.send({ text: languageRequests[next], intent: 'change-language' });
      }
    }
  };
  const practised = useRef(false);
  const practise = (plan: PlanRequest) => {
    interview.start({ lang, mode: interview.getState().view.mode, plan });
    practised.current = fieldMayFocus();
    window.location.hash = '#/interview';
  };
  useEffect(() => {
    // the button that was pressed is gone: writing goes on where the question is, as soon as that shows
    if (!practised.current || place !== 'interview') return;
    const field = document.querySelector<HTMLElement>('.place-interview textarea');
    if (field === null) return;
    practised.current = false;
    field.focus();
  });
  const shown = place === 'ask' ? askState : interviewState;
  return (
    <TextProvider lang={lang}>
      <SkipLink />
      <TopBar place={place} theme={theme} onLang={chooseLang} onTheme={setTheme} />
      <ConnectionStrip
        active={shown.active}
        connection={shown.connection}
        interruption={shown.interruption}
        onReconnect={() => {
          interview.reconnect();
          ask.reconnect();
        }}
      />
      {visited.has('interview') && (
        <main className="place place-interview" tabIndex={-1} hidden={place !== 'interview'}>
          <CrashNote>
            <InterviewPlace store={interview} status={status} />
          </CrashNote>
        </main>
      )}
      {visited.has('ask') && (
        <main className="place place-ask" tabIndex={-1} hidden={place !== 'ask'}>
          <CrashNote>
            <AskPlace store={ask} />
          </CrashNote>
        </main>
      )}
      {visited.has('material') && (
        <main className="place place-material" tabIndex={-1} hidden={route.place !== 'material'}>
          <CrashNote>
            <MaterialPlace
              entryId={route.place === 'material' ? route.entryId : null}
              span={route.place === 'material' ? route.span : null}
              onPractise={practise}
              interrupting={interviewState.view.open !== null}
            />
          </CrashNote>
        </main>
      )}
      {place === 'model' && (
        <main className="place place-model" tabIndex={-1}>
          <CrashNote>
            <ModelPlace />
          </CrashNote>
        </main>
      )}
      {place === 'trust' && (
        <main className="place place-trust" tabIndex={-1}>
          <CrashNote>
            <TrustPlace status={status} />
          </CrashNote>
        </main>
      )}
    </TextProvider>
  );
}
