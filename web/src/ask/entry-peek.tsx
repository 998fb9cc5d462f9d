import { useEffect, useMemo, useRef } from 'react';
import { fetchEntry } from '../connection/api.ts';
import { useLoaded } from '../connection/use-loaded.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { EntryFigures } from '../material/entry-figures.tsx';
import { CloseIcon } from '../page/icons.tsx';
import { LoadState } from '../page/load-state.tsx';
import { entryHref, type RouteSpan } from '../page/route.ts';
import { useText } from '../text/text-context.tsx';

export interface EntryPeekProps {
  entryId: string;
  span: RouteSpan;
  onClose: () => void;
}

/** A cited entry beside the conversation, at the words that are cited. */
export function EntryPeek({ entryId, span, onClose }: EntryPeekProps) {
  const { t } = useText();
  const loaded = useLoaded(entryId, (signal) => fetchEntry(entryId, signal));
  const marks = useMemo(() => [{ id: 'cited', start: span.start, end: span.end }], [span.start, span.end]);
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), [entryId]);
  return (
    <aside
      className="peek"
      aria-label={t.ask.peek}
      data-scroll-pane
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div className="peek-bar">
        <a className="small" href={entryHref(entryId, span)}>
          {t.grade.openInMaterial}
        </a>
        <button
          ref={close}
          type="button"
          className="tool tool-icon"
          aria-label={t.common.close}
          onClick={onClose}
        >
          <CloseIcon />
        </button>
      </div>
      {loaded.state === 'ready' ? (
        <>
          <h2 className="peek-title" lang={span.lang}>
            {loaded.value.question[span.lang]}
          </h2>
          <Markdown
            text={loaded.value.answer[span.lang]}
            marks={marks}
            active="cited"
            lang={span.lang}
            links="all"
          />
          <EntryFigures figures={loaded.value.figures} lang={span.lang} />
        </>
      ) : (
        <LoadState loaded={loaded} />
      )}
    </aside>
  );
}
