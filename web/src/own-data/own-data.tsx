import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../connection/api.ts';
import type { SessionStore } from '../connection/session-store.ts';
import type { OpenSession } from '../connection/stored-session.ts';
import { describeError } from '../page/problems.tsx';
import { useText } from '../text/text-context.tsx';
import { fetchExport, removeSession, type ExportFormat } from './session-requests.ts';

export interface OwnDataProps {
  store: SessionStore;
  /** The session is no more, here and on the server. */
  onRemoved: () => void;
}

/** What the server keeps of this session: to take along, or to remove, which is asked twice. */
export function OwnData({ store, onRemoved }: OwnDataProps) {
  const { t } = useText();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const remove = useRef<HTMLButtonElement>(null);

  const act = async (work: (session: OpenSession) => Promise<void>) => {
    const session = store.key;
    if (session === null || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      await work(session);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const takeAlong = async (format: ExportFormat) =>
    act(async (session) => {
      const name = `viva-${session.sessionId.slice(0, 8)}.${format === 'json' ? 'json' : 'md'}`;
      saveAs(await fetchExport(session, format), name);
    });
  const removeForGood = async () =>
    act(async (session) => {
      await removeSession(session);
      store.forget();
      onRemoved();
    });
  const notNow = () => {
    setAsking(false);
    setFailure(null);
    // the button is there again once this has been drawn
    requestAnimationFrame(() => remove.current?.focus());
  };

  return (
    <details className="own-data no-print">
      <summary>{t.ownData.title}</summary>
      <p>{t.ownData.lede}</p>
      {asking ? (
        <Confirm busy={busy} onYes={() => void removeForGood()} onNo={notNow} />
      ) : (
        <div className="own-data-actions">
          <button type="button" className="link" disabled={busy} onClick={() => void takeAlong('markdown')}>
            {t.ownData.markdown}
          </button>
          <button type="button" className="link" disabled={busy} onClick={() => void takeAlong('json')}>
            {t.ownData.json}
          </button>
          <button type="button" className="link warn" ref={remove} onClick={() => setAsking(true)}>
            {t.ownData.remove}
          </button>
        </div>
      )}
      {failure !== null && (
        <p className="warn" role="alert">
          {t.ownData.failed} {describeError(failure, t)}
        </p>
      )}
    </details>
  );
}

function Confirm({ busy, onYes, onNo }: { busy: boolean; onYes: () => void; onNo: () => void }) {
  const { t } = useText();
  const no = useRef<HTMLButtonElement>(null);
  // whoever pressed Enter once too often keeps the session
  useEffect(() => no.current?.focus(), []);
  return (
    <div
      className="own-data-confirm"
      role="group"
      aria-label={t.ownData.remove}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onNo();
      }}
    >
      <p>{t.ownData.sure}</p>
      <div className="own-data-actions">
        <button type="button" className="button" ref={no} onClick={onNo}>
          {t.ownData.no}
        </button>
        <button type="button" className="button button-danger" disabled={busy} onClick={onYes}>
          {t.ownData.yes}
        </button>
      </div>
    </div>
  );
}

/** Says that a session was removed, where it was; read out, and left behind by the next thing one does. */
export function RemovedNote() {
  const { t } = useText();
  const note = useRef<HTMLParagraphElement>(null);
  // the button that was pressed is gone
  useEffect(() => note.current?.focus(), []);
  return (
    <p className="note removed-note" role="status" tabIndex={-1} ref={note}>
      {t.ownData.removed}
    </p>
  );
}

function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // the browser has taken the file by then
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
