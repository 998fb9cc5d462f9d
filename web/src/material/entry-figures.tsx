import { useRef } from 'react';
import type { FigureView, Lang } from '../../../src/protocol.ts';
import { fetchEntry } from '../connection/api.ts';
import { useLoaded } from '../connection/use-loaded.ts';
import { useSeen } from '../page/use-seen.ts';
import { useText } from '../text/text-context.tsx';

/** The figures of an entry, under its answer in one language; each opens at full size in a tab of its own. */
export function EntryFigures({ figures, lang }: { figures: readonly FigureView[]; lang: Lang }) {
  const { t } = useText();
  return figures.map(({ alt, caption, images }) => {
    const { src, width, height } = images[lang];
    return (
      <figure key={src} className="entry-figure" lang={lang}>
        <a href={src} target="_blank" rel="noreferrer noopener" title={t.material.enlarge}>
          <img loading="lazy" decoding="async" src={src} alt={alt[lang]} width={width} height={height} />
        </a>
        {caption !== undefined && <figcaption>{caption[lang]}</figcaption>}
      </figure>
    );
  });
}

/** The figures of an entry of which only the id is at hand; nothing until they are there. */
export function FiguresOf({ entryId, lang }: { entryId: string; lang: Lang }) {
  const place = useRef<HTMLDivElement>(null);
  const seen = useSeen(place);
  const loaded = useLoaded(seen ? entryId : null, (signal) => fetchEntry(entryId, signal));
  return (
    <div ref={place}>
      {loaded.state === 'ready' && <EntryFigures figures={loaded.value.figures} lang={lang} />}
    </div>
  );
}
