import { useEffect, useRef, useState, type RefObject } from 'react';
import type { EntrySummary } from '../../../src/protocol.ts';
import { fetchSearch } from '../connection/api.ts';
import { useLoaded, type Loaded } from '../connection/use-loaded.ts';
import { SearchIcon } from '../page/icons.tsx';
import { LoadState } from '../page/load-state.tsx';
import { entryHref } from '../page/route.ts';
import { useText } from '../text/text-context.tsx';
import { EntryList, SearchHits } from './entry-lists.tsx';

export interface MaterialBrowserProps {
  entries: Loaded<EntrySummary[]>;
  openId: string | null;
}

const searchDelayMs = 250;

/** The search field, and under it the hits or everything by module and section. */
export function MaterialBrowser({ entries, openId }: MaterialBrowserProps) {
  const { t, lang } = useText();
  const [query, setQuery] = useState('');
  const wanted = useDelayed(query.trim(), searchDelayMs);
  const hits = useLoaded(wanted === '' ? null : `${lang}:${wanted}`, (signal) =>
    fetchSearch(wanted, lang, signal),
  );
  const list = useRef<HTMLDivElement>(null);
  useReturnTo(openId, list);
  return (
    <div className="scroller browser">
      <div className="browser-inner" ref={list}>
        <h1>{t.material.title}</h1>
        <div className="search" role="search">
          <SearchIcon />
          <input
            type="search"
            value={query}
            maxLength={200}
            aria-label={t.material.search}
            placeholder={t.material.search}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        {wanted !== '' ? (
          hits.state === 'ready' ? (
            <SearchHits hits={hits.value} openId={openId} />
          ) : (
            <LoadState loaded={hits} />
          )
        ) : entries.state === 'ready' ? (
          <EntryList entries={entries.value} openId={openId} />
        ) : (
          <LoadState loaded={entries} />
        )}
      </div>
    </div>
  );
}

/** Whoever comes back from an entry goes on at its link. */
function useReturnTo(openId: string | null, list: RefObject<HTMLElement | null>): void {
  const before = useRef(openId);
  useEffect(() => {
    const left = before.current;
    before.current = openId;
    if (left === null || openId !== null || document.activeElement !== document.body) return;
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    links.find((link) => link.getAttribute('href') === entryHref(left))?.focus();
  }, [openId, list]);
}

function useDelayed(value: string, ms: number): string {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setDelayed(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return delayed;
}
