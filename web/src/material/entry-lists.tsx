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
  return groupEntries(entries).map(({ module, section, entries: members }) => (
    <details
      key={`${module}/${section}`}
      className="section"
      open={members.some((entry) => entry.id === openId) ? true : undefined}
    >
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
        <span className="count">{members.length}</span>
      </summary>
      <ul className="entry-list">
        {members.map((entry) => (
          <li key={entry.id}>
            <EntryLink entry={entry} open={entry.id === openId} />
          </li>
        ))}
      </ul>
    </details>
  ));
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
