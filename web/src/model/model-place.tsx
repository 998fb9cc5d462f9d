import { useState } from 'react';
import type { ModelSettings } from '../../../src/protocol.ts';
import { useLoaded } from '../connection/use-loaded.ts';
import { LoadState } from '../page/load-state.tsx';
import { useText } from '../text/text-context.tsx';
import { ModelState } from './capability-list.tsx';
import { ModelForm } from './model-form.tsx';
import { fetchModelSettings } from './model-requests.ts';

/** Where who runs the server sets its chat model. */
export function ModelPlace() {
  const { t } = useText();
  const loaded = useLoaded('model', fetchModelSettings);
  const [changed, setChanged] = useState<ModelSettings | null>(null);
  const settings = changed ?? (loaded.state === 'ready' ? loaded.value : null);
  return (
    <div className="scroller">
      <article className="model">
        <h1>{t.model.title}</h1>
        <p className="lede">{t.model.lede}</p>
        {settings === null && loaded.state !== 'ready' && <LoadState loaded={loaded} />}
        {settings !== null && (
          <>
            <ModelState settings={settings} />
            {settings.locked === 'open' && <p className="note">{t.model.open}</p>}
            {settings.editable && (
              <>
                <p className="quiet">{t.model.owner}</p>
                <ModelForm settings={settings} onChanged={setChanged} />
              </>
            )}
          </>
        )}
      </article>
    </div>
  );
}
