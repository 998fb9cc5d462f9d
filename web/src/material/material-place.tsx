import type { PlanRequest } from '../../../src/protocol.ts';
import { fetchEntries } from '../connection/api.ts';
import { useLoaded } from '../connection/use-loaded.ts';
import type { RouteSpan } from '../page/route.ts';
import { EntryPage } from './entry-page.tsx';
import { MaterialBrowser } from './material-browser.tsx';

export interface MaterialPlaceProps {
  entryId: string | null;
  span: RouteSpan | null;
  onPractise: (plan: PlanRequest) => void;
  interrupting: boolean;
}

/** All questions with their reference answers: to browse, to search, to read. */
export function MaterialPlace({ entryId, span, onPractise, interrupting }: MaterialPlaceProps) {
  const entries = useLoaded('entries', fetchEntries);
  const known = entries.state === 'ready' ? entries.value : [];
  return (
    <div className="material" data-reading={entryId === null ? undefined : ''}>
      <MaterialBrowser entries={entries} openId={entryId} />
      {entryId !== null && (
        <div className="scroller entry-scroller" data-scroll-pane key={entryId}>
          <EntryPage
            entryId={entryId}
            span={span}
            known={known}
            onPractise={onPractise}
            interrupting={interrupting}
          />
        </div>
      )}
    </div>
  );
}
