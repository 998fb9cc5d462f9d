import type { Lang } from '../../../src/protocol.ts';
import { useText } from '../text/text-context.tsx';
import { MoonIcon, SunIcon } from './icons.tsx';
import type { Place } from './route.ts';
import type { Theme } from './settings.ts';

export interface TopBarProps {
  place: Place;
  theme: Theme;
  onLang: (lang: Lang) => void;
  onTheme: (theme: Theme) => void;
}

const places = ['interview', 'ask', 'material'] as const;

export function TopBar({ place, theme, onLang, onTheme }: TopBarProps) {
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
