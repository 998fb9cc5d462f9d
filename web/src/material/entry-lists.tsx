import { useState } from 'react';
import type { EntrySummary, SearchHit } from '../../../src/protocol.ts';
import { entryHref } from '../page/route.ts';
import { topicName, useText } from '../text/text-context.tsx';
import { Difficulty } from './difficulty.tsx';
import { groupEntries } from './group-entries.ts';
import { plainExcerpt } from './plain-excerpt.ts';

/** Everything there is, a foldable section each. */
export function EntryList({ entries, openId }: { entries: readonly EntrySummary[]; openId: string | null }) {
  const { t } = useText();
  if (entries.length === 0) return <p className="quiet">{t.material.none}</p>;
  return groupEntries(entries).map((group) => (
    <Section key={`${group.module}/${group.section}`} {...group} openId={openId} />
  ));
}

interface SectionProps {
  module: string;
  section: string;
  entries: readonly EntrySummary[];
  openId: string | null;
}

/** Unfolds for the open entry, and stays as it is when the entry is left. */
function Section({ module, section, entries, openId }: SectionProps) {
  const { t } = useText();
  const holdsOpen = entries.some((entry) => entry.id === openId);
  const [unfolded, setUnfolded] = useState(holdsOpen);
  const [held, setHeld] = useState(holdsOpen);
  if (held !== holdsOpen) {
    setHeld(holdsOpen);
    if (holdsOpen) setUnfolded(true);
  }
  return (
    <details className="section" open={unfolded} onToggle={(event) => setUnfolded(event.currentTarget.open)}>
      <summary>
        <span>
          {topicName(t, module)}
          {section !== module && section !== '' && (
            <>
              <span className="quiet"> / </span>
              {topicName(t, section)}
            </>
          )}
        </span>
        <span className="count">{entries.length}</span>
      </summary>
      <ul className="entry-list">
        {entries.map((entry) => (
          <li key={entry.id}>
            <EntryLink entry={entry} open={entry.id === openId} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The entries that a search found, the best first. */
export function SearchHits({ hits, openId }: { hits: readonly SearchHit[]; openId: string | null }) {
  const { t } = useText();
  if (hits.length === 0) {
    return (
      <p className="quiet" role="status">
        {t.material.noHits}
      </p>
    );
  }
  return (
    <>
      <p className="visually-hidden" role="status">
        {t.material.hits(hits.length)}
      </p>
      <ul className="entry-list entry-hits">
        {hits.map(({ entry, excerpt }) => (
          <li key={entry.id}>
            <EntryLink entry={entry} open={entry.id === openId} excerpt={excerpt} />
          </li>
        ))}
      </ul>
    </>
  );
}

function EntryLink({ entry, open, excerpt }: { entry: EntrySummary; open: boolean; excerpt?: string }) {
  const { t, lang } = useText();
  return (
    <a className="entry-link" href={entryHref(entry.id)} aria-current={open ? 'page' : undefined}>
      <span className="entry-question">{entry.question[lang]}</span>
      {excerpt !== undefined && <span className="excerpt">{plainExcerpt(excerpt)}</span>}
      <span className="entry-facts">
        <Difficulty level={entry.difficulty} />
        <span>{t.kinds[entry.kind]}</span>
      </span>
    </a>
  );
}
