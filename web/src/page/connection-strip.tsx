import type { LinkState } from '../connection/link.ts';
import type { Text } from '../text/zh.ts';
import { useText } from '../text/text-context.tsx';
import { useLasting } from './use-lasting.ts';
import { useOnline } from './use-online.ts';
import { useSecondsLeft } from './use-seconds-left.ts';

export interface ConnectionStripProps extends LinkState {
  /** A session is open, or on its way: there is something to be connected to. */
  active: boolean;
  onReconnect: () => void;
}

/** A connection that is back sooner than this was never gone, for a reader. */
const noticedMs = 1_000;

/** A page of another version, or one whose access key was changed, has to be opened again. */
const reloadHelps: ReadonlySet<string> = new Set(['protocol-version', 'access-required']);

/** Why there is no connection, in words, and when the next attempt comes. Nothing while all is well. */
export function ConnectionStrip({ active, connection, interruption, onReconnect }: ConnectionStripProps) {
  const { t } = useText();
  const online = useOnline();
  const missing = active && (interruption !== null || connection === 'connecting');
  const noticed = useLasting(missing, noticedMs);
  const left = useSecondsLeft(missing ? (interruption?.retryAt ?? null) : null);
  const outdated = interruption !== null && reloadHelps.has(interruption.code);
  if (!outdated && !noticed) return <div className="connection-strip" role="status" />;
  const code = interruption?.code ?? 'connecting';
  const waiting = interruption?.retryAt != null && connection !== 'connecting';
  return (
    <div className="connection-strip" role="status" data-code={code} data-shown="">
      <span className="dot" />
      <span>{reasonOf(online ? code : 'offline', t)}</span>
      {outdated ? (
        <button type="button" className="link" onClick={() => window.location.reload()}>
          {t.connection.reload}
        </button>
      ) : (
        interruption !== null && (
          <>
            {/* a count that is read out each second would drown everything else */}
            <span className="quiet" aria-hidden="true">
              {waiting && left > 0 ? t.connection.nextIn(left) : t.connection.trying}
            </span>
            <button type="button" className="link" onClick={onReconnect} disabled={!waiting}>
              {t.connection.tryNow}
            </button>
          </>
        )
      )}
    </div>
  );
}

function reasonOf(code: string, t: Text): string {
  const reasons: Readonly<Record<string, string>> = t.connection.reasons;
  return (Object.hasOwn(reasons, code) ? reasons[code] : undefined) ?? t.connection.reasons.refused;
}
