import type { EntryDetail, EntrySummary, Lang } from '../../../src/protocol.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { entryHref } from '../page/route.ts';
import { useText } from '../text/text-context.tsx';

export interface EntryExtrasProps {
  entry: EntryDetail;
  lang: Lang;
  known: readonly EntrySummary[];
}

/** What stands around an answer: its key points, common errors, sources, related questions. */
export function EntryExtras({ entry, lang, known }: EntryExtrasProps) {
  const { t } = useText();
  const related = entry.related.flatMap((id) => known.find((other) => other.id === id) ?? []);
  return (
    <>
      {entry.keyPoints.length > 0 && (
        <section className="entry-part">
          <h2>{t.material.keyPoints}</h2>
          <ul className="key-points" lang={lang}>
            {entry.keyPoints.map((point) => (
              <li key={point.id}>
                <span>{point[lang]}</span>
                <span className="weight" title={t.grade.weightIs(point.weight)}>
                  ×{point.weight}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {entry.misconceptions.length > 0 && (
        <section className="entry-part">
          <h2>{t.material.misconceptions}</h2>
          <dl className="beliefs" lang={lang}>
            {entry.misconceptions.map((item) => (
              <div key={item.id}>
                <dt>{item[lang]}</dt>
                <dd>
                  <Markdown text={item.correction[lang]} links="all" />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {entry.sources.length > 0 && (
        <section className="entry-part">
          <h2>{t.material.sources}</h2>
          <ul className="topic-links">
            {entry.sources.map((source) => (
              <li key={source.title}>
                <SourceLink title={source.title} url={source.url} />{' '}
                <span className="quiet">{source.year}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {related.length > 0 && (
        <section className="entry-part">
          <h2>{t.material.related}</h2>
          <ul className="topic-links">
            {related.map((other) => (
              <li key={other.id}>
                <a href={entryHref(other.id)}>{other.question[lang]}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** A link only for a web address: a mentor's file may name anything. */
export function SourceLink({ title, url }: { title: string; url: string | undefined }) {
  if (url === undefined || !/^https?:\/\//i.test(url)) return <span>{title}</span>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {title}
    </a>
  );
}
