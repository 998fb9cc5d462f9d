import type { Loaded } from '../connection/use-loaded.ts';
import { useText } from '../text/text-context.tsx';
import { describeError } from './problems.tsx';

/** What stands in a place whose content is on its way, or did not come. */
export function LoadState({ loaded }: { loaded: Exclude<Loaded<unknown>, { state: 'ready' }> }) {
  const { t } = useText();
  if (loaded.state === 'loading') {
    return (
      <p className="quiet loading" role="status">
        {t.common.loading}
      </p>
    );
  }
  return (
    <div className="note note-problem" role="alert">
      <div className="note-body">
        <p>{describeError(loaded.error, t)}</p>
        <button type="button" className="button" onClick={loaded.again}>
          {t.common.tryAgain}
        </button>
      </div>
    </div>
  );
}
