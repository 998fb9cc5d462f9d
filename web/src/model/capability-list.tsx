import type { ModelSettings, ModelTest } from '../../../src/protocol.ts';
import { useText } from '../text/text-context.tsx';

/** What a model was found to do, and not to do. */
export function CapabilityList({ found }: { found: NonNullable<ModelTest['capabilities']> }) {
  const { t, lang } = useText();
  const names = (wanted: boolean) =>
    Object.entries(found).flatMap(([key, has]) =>
      has === wanted ? [t.model.capabilities[key as keyof typeof found]] : [],
    );
  const comma = lang === 'zh' ? '、' : ', ';
  const colon = lang === 'zh' ? '：' : ': ';
  const lacking = names(false);
  return (
    <p className="quiet">
      {t.model.can}
      {colon}
      {names(true).join(comma)}
      {lacking.length > 0 && (
        <>
          <br />
          {t.model.cannot}
          {colon}
          {lacking.join(comma)}
        </>
      )}
    </p>
  );
}

/** The models in use, how they are doing, and what they took today. */
export function ModelState({ settings }: { settings: ModelSettings }) {
  const { t, lang } = useText();
  const number = new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en');
  const { tokens, limit } = settings.today;
  return (
    <section aria-live="polite">
      <p>{t.model.source[settings.source]}</p>
      <ul className="model-endpoints">
        {settings.endpoints.map((one) => (
          <li key={one.role}>
            <strong>{one.model}</strong> · {t.model.roles[one.role]} ·{' '}
            {one.breaker === 'closed' ? t.model.states[one.state] : t.model.resting}
            {one.capabilities && <CapabilityList found={one.capabilities} />}
          </li>
        ))}
      </ul>
      {settings.endpoints.length > 0 && (
        <p className="quiet">
          {t.model.today(number.format(tokens), limit === null ? null : number.format(limit))}
        </p>
      )}
    </section>
  );
}
