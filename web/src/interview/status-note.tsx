import type { Status } from '../../../src/protocol.ts';
import type { Loaded } from '../connection/use-loaded.ts';
import { judgeName } from '../grade/judge-name.ts';
import { describeError } from '../page/problems.tsx';
import { useText } from '../text/text-context.tsx';

/** Who judges, on how much material, and what is amiss. */
export function StatusNote({ status }: { status: Loaded<Status> }) {
  const { t } = useText();
  if (status.state === 'loading') return null;
  if (status.state === 'failed') {
    return (
      <p className="status-note warn" role="status">
        {describeError(status.error, t)}{' '}
        <button type="button" className="link" onClick={status.again}>
          {t.common.tryAgain}
        </button>
      </p>
    );
  }
  const { entries, judge, chatModel, warnings } = status.value;
  return (
    <div className="status-note">
      <p>
        {t.status.entries(entries)} · {t.status.judge(judgeName(judge, t))} ·{' '}
        <a href="#/model">{chatModel === null ? t.status.noModel : t.status.model(chatModel)}</a> ·{' '}
        <a href="#/trust">{t.trust.link}</a>
      </p>
      {warnings.map((warning) => (
        <p key={warning} className="warn">
          {warning}
        </p>
      ))}
    </div>
  );
}
