import { useEffect, useMemo, useRef, useState } from 'react';
import type { EntryDetail, EntrySummary, Lang, PlanRequest } from '../../../src/protocol.ts';
import { fetchEntry } from '../connection/api.ts';
import { useLoaded } from '../connection/use-loaded.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { BackIcon } from '../page/icons.tsx';
import { LoadState } from '../page/load-state.tsx';
import type { RouteSpan } from '../page/route.ts';
import { usePageTitle } from '../page/use-page-title.ts';
import { hasNavigated } from '../page/use-route.ts';
import { topicName, useText } from '../text/text-context.tsx';
import { Difficulty } from './difficulty.tsx';
import { EntryExtras } from './entry-extras.tsx';
import { EntryFigures } from './entry-figures.tsx';

export interface EntryPageProps {
  entryId: string;
  /** The cited words, shown highlighted. */
  span: RouteSpan | null;
  /** Other entries, for the titles of related ones. */
  known: readonly EntrySummary[];
  onPractise: (plan: PlanRequest) => void;
  /** An interview is under way; practising ends it. */
  interrupting: boolean;
}

type Shown = Lang | 'both';

/** One question with its reference answer, in one language or both beside each other. */
export function EntryPage({ entryId, span, known, onPractise, interrupting }: EntryPageProps) {
  const { t, lang } = useText();
  const loaded = useLoaded(entryId, (signal) => fetchEntry(entryId, signal));
  const [chosen, setChosen] = useState<Shown | null>(null);
  const shown = chosen ?? span?.lang ?? lang;
  const heading = useRef<HTMLHeadingElement>(null);
  const ready = loaded.state === 'ready';
  useEffect(() => {
    // the link that was followed may be gone; reading begins at the heading
    if (ready && hasNavigated()) heading.current?.focus({ preventScroll: true });
  }, [ready]);
  const titleLang = shown === 'both' ? lang : shown;
  usePageTitle(ready ? loaded.value.question[titleLang] : t.places.material);
  const back = (
    <a className="back" href="#/material">
      <BackIcon />
      {t.material.back}
    </a>
  );
  if (loaded.state !== 'ready') {
    return (
      <div className="entry">
        {back}
        <LoadState loaded={loaded} />
      </div>
    );
  }
  const entry = loaded.value;
  const langs: readonly Lang[] = shown === 'both' ? [lang, lang === 'zh' ? 'en' : 'zh'] : [shown];
  return (
    <article className="entry" data-both={shown === 'both' ? '' : undefined}>
      {back}
      <header className="entry-header">
        <p className="overline">
          {topicName(t, entry.module)}
          {entry.section !== entry.module && entry.section !== '' && <> / {topicName(t, entry.section)}</>}
        </p>
        <h1 ref={heading} tabIndex={-1} lang={titleLang}>
          {entry.question[titleLang]}
        </h1>
        <div className="entry-facts">
          <Difficulty level={entry.difficulty} />
          <span>{t.kinds[entry.kind]}</span>
          {entry.tags.map((tag) => (
            <span key={tag} className="tag">
              {tag}
            </span>
          ))}
        </div>
        <div className="entry-actions">
          <LangChoice shown={shown} onChoose={setChosen} />
          <PractiseButton
            interrupting={interrupting}
            onPractise={() => onPractise({ entryId, questions: 1 })}
          />
        </div>
      </header>
      <div className="entry-answers">
        {langs.map((answerLang) => (
          <AnswerIn key={answerLang} entry={entry} lang={answerLang} span={span} headed={langs.length > 1} />
        ))}
      </div>
      <EntryExtras entry={entry} lang={titleLang} known={known} />
    </article>
  );
}

function AnswerIn({
  entry,
  lang,
  span,
  headed,
}: {
  entry: EntryDetail;
  lang: Lang;
  span: RouteSpan | null;
  headed: boolean;
}) {
  const { t } = useText();
  const marks = useMemo(
    () => (span?.lang === lang ? [{ id: 'cited', start: span.start, end: span.end }] : []),
    [span, lang],
  );
  return (
    <section aria-label={t.material.langs[lang]} lang={lang}>
      {headed && <p className="overline">{t.material.langs[lang]}</p>}
      <Markdown text={entry.answer[lang]} marks={marks} active="cited" lang={lang} links="all" />
      <EntryFigures figures={entry.figures} lang={lang} />
    </section>
  );
}

function LangChoice({ shown, onChoose }: { shown: Shown; onChoose: (shown: Shown) => void }) {
  const { t } = useText();
  return (
    <div className="segments" role="group" aria-label={t.material.langChoice}>
      {(['zh', 'en', 'both'] as const).map((value) => (
        <button key={value} type="button" aria-pressed={value === shown} onClick={() => onChoose(value)}>
          {t.material.langs[value]}
        </button>
      ))}
    </div>
  );
}

/** Asks once more when an interview under way would end. */
function PractiseButton({ interrupting, onPractise }: { interrupting: boolean; onPractise: () => void }) {
  const { t } = useText();
  const [asked, setAsked] = useState(false);
  const press = () => {
    if (interrupting && !asked) setAsked(true);
    else onPractise();
  };
  return (
    <button type="button" className="button" onClick={press} onBlur={() => setAsked(false)}>
      {asked ? t.material.practiseAnyway : t.material.practise}
    </button>
  );
}
