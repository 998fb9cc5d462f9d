import type { Lang } from '../../../src/protocol.ts';
import type { ConnectionState } from '../connection/reconnecting-socket.ts';
import { useText } from '../text/text-context.tsx';
import { MoonIcon, SunIcon } from './icons.tsx';
import type { Place } from './route.ts';
import type { Theme } from './settings.ts';

export interface TopBarProps {
  place: Place;
  connection: ConnectionState;
  theme: Theme;
  onLang: (lang: Lang) => void;
  onTheme: (theme: Theme) => void;
  onReconnect: () => void;
}

const places = ['interview', 'ask', 'material'] as const;

export function TopBar({ place, connection, theme, onLang, onTheme, onReconnect }: TopBarProps) {
  const { t, lang } = useText();
  const other: Lang = lang === 'zh' ? 'en' : 'zh';
  return (
    <header className="top-bar">
      <a className="wordmark" href="#/interview" aria-label={t.places.home}>
        <img src="/icon.svg" alt="" width="22" height="22" />
        <span>Viva</span>
      </a>
      <nav className="places" aria-label={t.places.label}>
        {places.map((name) => (
          <a key={name} href={`#/${name}`} aria-current={name === place ? 'page' : undefined}>
            {t.places[name]}
          </a>
        ))}
      </nav>
      <div className="top-tools">
        <ConnectionNote state={connection} onReconnect={onReconnect} />
        <button
          type="button"
          className="tool"
          lang={other === 'zh' ? 'zh-CN' : 'en'}
          title={t.settings.switchLang}
          onClick={() => onLang(other)}
        >
          {other === 'zh' ? '中文' : 'English'}
        </button>
        <button
          type="button"
          className="tool tool-icon"
          aria-label={theme === 'dark' ? t.settings.toLight : t.settings.toDark}
          title={theme === 'dark' ? t.settings.toLight : t.settings.toDark}
          onClick={() => onTheme(theme === 'dark' ? 'light' : 'dark')}
        >
          {theme === 'dark' ? <SunIcon /> : <MoonIcon />}
        </button>
      </div>
    </header>
  );
}

/** Quiet while all is well; offers to try at once while it waits. */
function ConnectionNote({ state, onReconnect }: { state: ConnectionState; onReconnect: () => void }) {
  const { t } = useText();
  return (
    <span className="connection" data-state={state} role="status">
      {state === 'waiting' ? (
        <button type="button" className="link" onClick={onReconnect} title={t.connection.tryNow}>
          <span className="dot" />
          {t.connection.waiting}
          <span className="connection-long">{t.connection.reconnecting}</span>
        </button>
      ) : (
        state !== 'off' && (
          <>
            <span className="dot" />
            <span className={state === 'open' ? 'visually-hidden' : ''}>{t.connection[state]}</span>
          </>
        )
      )}
    </span>
  );
}
