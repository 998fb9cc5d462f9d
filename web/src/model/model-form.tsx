import { useState, type FormEvent } from 'react';
import type { ModelSettings, ModelSettingsInput, ModelTest } from '../../../src/protocol.ts';
import { ApiError } from '../connection/api.ts';
import { describeError } from '../page/problems.tsx';
import { useText } from '../text/text-context.tsx';
import { CapabilityList } from './capability-list.tsx';
import { removeModel, saveModel, tryModel } from './model-requests.ts';

export interface ModelFormProps {
  settings: ModelSettings;
  onChanged: (settings: ModelSettings) => void;
}

type Word = { kind: 'note' | 'problem'; text: string } | { kind: 'tested'; test: ModelTest };

/** Address, models and key. The key goes to the server and does not come back. */
export function ModelForm({ settings, onChanged }: ModelFormProps) {
  const { t } = useText();
  const [url, setUrl] = useState(settings.url ?? '');
  const [model, setModel] = useState(settings.model ?? '');
  const [fallback, setFallback] = useState(settings.fallback ?? '');
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState<'test' | 'save' | 'remove' | null>(null);
  const [word, setWord] = useState<Word | null>(null);
  const input: ModelSettingsInput = {
    url: url.trim(),
    model: model.trim(),
    fallback: fallback.trim() || null,
    key: key.trim() || null,
  };
  const act = async (what: NonNullable<typeof busy>, work: () => Promise<Word>) => {
    setBusy(what);
    setWord(null);
    try {
      setWord(await work());
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError('unreadable', String(error));
      // What is wrong with an address or a name stands in the server's own words.
      setWord({ kind: 'problem', text: known.code === 'usage' ? known.message : describeError(known, t) });
    } finally {
      setBusy(null);
    }
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    await act('save', async () => {
      onChanged(await saveModel(input));
      setKey('');
      return { kind: 'note', text: t.model.saved };
    });
  };
  const test = async () => act('test', async () => ({ kind: 'tested', test: await tryModel(input) }));
  const remove = async () =>
    act('remove', async () => {
      onChanged(await removeModel());
      for (const empty of [setUrl, setModel, setFallback, setKey]) empty('');
      return { kind: 'note', text: t.model.removed };
    });
  const ready = busy === null && input.url !== '' && input.model !== '';
  return (
    <form className="model-form" onSubmit={(event) => void save(event)}>
      <Field
        id="model-url"
        label={t.model.url}
        hint={t.model.urlHint}
        value={url}
        onValue={setUrl}
        required
      />
      <Field id="model-name" label={t.model.model} value={model} onValue={setModel} required />
      <Field
        id="model-fallback"
        label={t.model.fallback}
        hint={t.model.fallbackHint}
        value={fallback}
        onValue={setFallback}
      />
      <Field
        id="model-key"
        label={t.model.key}
        hint={settings.keySet ? t.model.keySet : t.model.keyHint}
        value={key}
        onValue={setKey}
        secret
      />
      <div className="model-actions">
        <button type="button" className="button" disabled={!ready} onClick={() => void test()}>
          {t.model.test}
        </button>
        <button type="submit" className="button button-primary" disabled={!ready}>
          {t.model.save}
        </button>
        {settings.source === 'page' && (
          <button type="button" className="link warn" disabled={busy !== null} onClick={() => void remove()}>
            {t.model.remove}
          </button>
        )}
      </div>
      <div role="status">
        {busy === 'test' && <p className="quiet">{t.model.testing}</p>}
        {word !== null && <Said word={word} />}
      </div>
    </form>
  );
}

function Said({ word }: { word: Word }) {
  const { t } = useText();
  if (word.kind !== 'tested') return <p className={word.kind === 'problem' ? 'warn' : ''}>{word.text}</p>;
  const { capabilities, trouble, seconds } = word.test;
  if (!capabilities)
    return (
      <p className="warn">
        {t.model.notPassed} {trouble}
      </p>
    );
  return (
    <>
      <p>{t.model.passed(seconds)}</p>
      <CapabilityList found={capabilities} />
    </>
  );
}

interface FieldProps {
  id: string;
  label: string;
  hint?: string;
  value: string;
  onValue: (value: string) => void;
  required?: boolean;
  secret?: boolean;
}

function Field({ id, label, hint, value, onValue, required = false, secret = false }: FieldProps) {
  return (
    <div className="model-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={secret ? 'password' : 'text'}
        autoComplete={secret ? 'new-password' : 'off'}
        spellCheck={false}
        maxLength={2_000}
        required={required}
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onValue(event.target.value)}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="quiet">
          {hint}
        </p>
      )}
    </div>
  );
}
