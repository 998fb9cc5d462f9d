import { useState, type FormEvent } from 'react';
import type { Lang } from '../../../src/protocol.ts';
import { ApiError, giveAccessKey } from '../connection/api.ts';
import { describeError } from '../page/problems.tsx';
import { useText } from '../text/text-context.tsx';

/** Asks for the server's key. The key goes to the server once; the browser keeps a cookie that no script can read. */
export function AccessForm({ onGranted, onLang }: { onGranted: () => void; onLang: (lang: Lang) => void }) {
  const { t, lang } = useText();
  const other: Lang = lang === 'zh' ? 'en' : 'zh';
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await giveAccessKey(key.trim());
      onGranted();
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError('unreadable', String(error));
      setProblem(known.code === 'access-required' ? t.access.wrong : describeError(known, t));
      setBusy(false);
    }
  };
  return (
    <main className="place access">
      <form onSubmit={(event) => void submit(event)}>
        <h1>{t.access.title}</h1>
        <p className="lede">{t.access.lede}</p>
        <label htmlFor="access-key">{t.access.key}</label>
        <input
          id="access-key"
          type="password"
          autoComplete="current-password"
          autoFocus
          required
          maxLength={256}
          value={key}
          aria-invalid={problem !== null}
          aria-describedby="access-problem"
          onChange={(event) => setKey(event.target.value)}
        />
        <p id="access-problem" className="access-problem" role="alert">
          {problem}
        </p>
        <div className="access-actions">
          <button type="submit" className="button button-primary" disabled={busy || key.trim() === ''}>
            {t.access.enter}
          </button>
          <button
            type="button"
            className="tool"
            lang={other === 'zh' ? 'zh-CN' : 'en'}
            title={t.settings.switchLang}
            onClick={() => onLang(other)}
          >
            {other === 'zh' ? '中文' : 'English'}
          </button>
        </div>
      </form>
    </main>
  );
}
