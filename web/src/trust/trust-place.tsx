import type { Status } from '../../../src/protocol.ts';
import { fetchTrustCard } from '../connection/api.ts';
import { useLoaded, type Loaded } from '../connection/use-loaded.ts';
import { LoadState } from '../page/load-state.tsx';
import { useText } from '../text/text-context.tsx';
import { TrustView } from './trust-view.tsx';

/** How far the local judge's grades agree with gold, for who wonders whether to believe one. */
export function TrustPlace({ status }: { status: Loaded<Status> }) {
  const { t } = useText();
  const card = useLoaded('trust', fetchTrustCard);
  return (
    <div className="scroller">
      <article className="trust">
        <h1>{t.trust.title}</h1>
        {card.state === 'ready' ? (
          <TrustView card={card.value} status={status.state === 'ready' ? status.value : null} />
        ) : (
          <LoadState loaded={card} />
        )}
      </article>
    </div>
  );
}
