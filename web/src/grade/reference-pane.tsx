import { useMemo } from 'react';
import type { Lang, Verdict } from '../../../src/protocol.ts';
import { fetchEntry } from '../connection/api.ts';
import { useLoaded } from '../connection/use-loaded.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { EntryFigures } from '../material/entry-figures.tsx';
import { LoadState } from '../page/load-state.tsx';
import { entryHref } from '../page/route.ts';
import { useText } from '../text/text-context.tsx';

export interface ReferencePaneProps {
  entryId: string;
  lang: Lang;
  verdicts: readonly Verdict[];
  active: string | null;
}

/** The reference answer that the reply was judged against, with the span of each key point. */
export function ReferencePane({ entryId, lang, verdicts, active }: ReferencePaneProps) {
  const { t } = useText();
  const loaded = useLoaded(entryId, (signal) => fetchEntry(entryId, signal));
  const shownLang = verdicts[0]?.referenceSpan.lang ?? lang;
  const marks = useMemo(
    () =>
      verdicts
        .filter((verdict) => verdict.referenceSpan.lang === shownLang)
        .map(({ keyPointId, referenceSpan: { start, end } }) => ({ id: keyPointId, start, end })),
    [verdicts, shownLang],
  );
  if (loaded.state !== 'ready') return <LoadState loaded={loaded} />;
  return (
    <>
      <Markdown
        text={loaded.value.answer[shownLang]}
        marks={marks}
        active={active}
        lang={shownLang}
        links="all"
      />
      <EntryFigures figures={loaded.value.figures} lang={shownLang} />
      <p className="small">
        <a href={entryHref(entryId)}>{t.grade.openInMaterial}</a>
      </p>
    </>
  );
}
