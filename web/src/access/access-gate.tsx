import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { AccessState } from '../../../src/protocol.ts';
import { fetchAccess } from '../connection/api.ts';
import type { SessionStore } from '../connection/session-store.ts';
import { useLangSetting, useThemeSetting } from '../page/settings.ts';
import { TextProvider } from '../text/text-context.tsx';
import { AccessForm } from './access-form.tsx';

export interface AccessGateProps {
  /** Restored as soon as the server lets this browser in; whenever one loses its connection, access is asked again. */
  sessions: readonly SessionStore[];
  children: ReactNode;
}

/** Shows the page to whom the server lets in; asks the others for its key, and keeps what they had written. */
export function AccessGate({ sessions, children }: AccessGateProps) {
  const [access, setAccess] = useState<AccessState | 'asking' | 'unknown'>('asking');
  const [opened, setOpened] = useState(false);
  const [lang, setLang] = useLangSetting();
  useThemeSetting();
  const ask = useCallback((signal: AbortSignal) => {
    fetchAccess(signal).then(setAccess, () => {
      // No answer is the page's own concern: it says so, and goes on with what it knows.
      if (!signal.aborted) setAccess((known) => (known === 'asking' ? 'unknown' : known));
    });
  }, []);
  useEffect(() => {
    const controller = new AbortController();
    ask(controller.signal);
    const leave = sessions.map((session) => {
      let before = session.getState().connection;
      return session.subscribe(() => {
        const { connection } = session.getState();
        if (connection === 'waiting' && before !== 'waiting') ask(controller.signal);
        before = connection;
      });
    });
    return () => {
      controller.abort();
      for (const unsubscribe of leave) unsubscribe();
    };
  }, [ask, sessions]);
  const shut = typeof access === 'object' && access.required && !access.granted;
  const open = access !== 'asking' && !shut;
  // Once shown, the page stays in place under the form: nothing written in it is lost.
  if (open && !opened) setOpened(true);
  useEffect(() => {
    if (!open) return;
    for (const session of sessions) {
      session.restore();
      session.reconnect();
    }
  }, [open, sessions]);
  return (
    <>
      {shut && (
        <TextProvider lang={lang}>
          <AccessForm onLang={setLang} onGranted={() => setAccess({ required: true, granted: true })} />
        </TextProvider>
      )}
      {opened && (
        <div className="gated" hidden={shut}>
          {children}
        </div>
      )}
    </>
  );
}
