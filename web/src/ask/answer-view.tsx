import { useMemo, type MouseEvent } from 'react';
import type { Answer, AnswerSentence, Citation, Lang } from '../../../src/protocol.ts';

import { Markdown } from '../markdown/markdown.tsx';
import { plainExcerpt } from '../material/plain-excerpt.ts';
import { entryHref, type RouteSpan } from '../page/route.ts';
import { useText } from '../text/text-context.tsx';
import { citationKey, groupSources, numberCitations } from './citations.ts';

export interface AnswerViewProps {
  answer: Answer;
  lang: Lang;
  /** Opens the citation beside the conversation; without it the entry's page opens. */
  onCite?: (entryId: string, span: RouteSpan) => void;
}

/** An answer, every sentence with its sources; or a refusal with the nearest topics. */
export function AnswerView({ answer, lang, onCite }: AnswerViewProps) {
  const { t } = useText();
  if (answer.kind === 'refused') {
    return (
      <div className="answer answer-refused" lang={lang}>
        <Markdown text={answer.text} />
        {answer.nearest.length > 0 && (
          <>
            <p className="overline">{t.ask.nearest}</p>
            <ul className="topic-links">
              {answer.nearest.map((topic) => (
                <li key={topic.entryId}>
                  <a href={entryHref(topic.entryId)}>{topic.question}</a>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    );
  }
  const numbers = numberCitations(answer.sentences);
  const sources = groupSources(answer.sentences);
  const results = answer.sentences.flatMap((sentence) => sentence.results ?? []);
  const byLocal = results.length > 0 ? t.ask.byVerdicts : t.ask.byLocal;
  return (
    <div className="answer" lang={lang}>
      <div className="answer-text">
        {answer.sentences.map((sentence, index) => (
          // sentences have no identity but their place
          // oxlint-disable-next-line react/no-array-index-key
          <span key={index} className="sentence">
            <SentenceText sentence={sentence} />
            {/* a number must not begin a line alone */}
            {'\u2060'}
            <sup>
              {sentence.citations.map((citation) => (
                <CitationLink
                  key={citationKey(citation)}
                  citation={citation}
                  number={numbers.get(citationKey(citation)) ?? 0}
                  {...(onCite === undefined ? {} : { onCite })}
                />
              ))}
            </sup>{' '}
          </span>
        ))}
      </div>
      {results.length > 0 && (
        <ul className="topic-links">
          {results.map(({ number, entryId, question }) => (
            <li key={number}>
              <a href={entryHref(entryId)}>{question}</a>
            </li>
          ))}
        </ul>
      )}
      <ol className="sources" aria-label={t.ask.sources} hidden={sources.length === 0}>
        {sources.map(({ entryId, question, citations }) => (
          <li key={entryId}>
            <span className="source-numbers">
              {citations.map((citation) => (
                <CitationLink
                  key={citationKey(citation)}
                  citation={citation}
                  number={numbers.get(citationKey(citation)) ?? 0}
                  questionBeside
                  {...(onCite === undefined ? {} : { onCite })}
                />
              ))}
            </span>
            <span>{question}</span>
          </li>
        ))}
      </ol>
      <p className="quiet small">{answer.author === 'local' ? byLocal : t.ask.by(answer.author)}</p>
    </div>
  );
}

/** A model's sentence links to nothing but what the material that it cites links to. */
function SentenceText({ sentence: { text, citations } }: { sentence: AnswerSentence }) {
  const links = useMemo(() => citations.map(({ referenceSpan }) => referenceSpan.text), [citations]);
  return <Markdown text={text} links={links} inline />;
}

interface CitationLinkProps {
  citation: Citation;
  number: number;
  /** The cited question is read next to the link: its name need not repeat it. */
  questionBeside?: boolean;
  onCite?: (entryId: string, span: RouteSpan) => void;
}

function CitationLink({ citation, number, questionBeside = false, onCite }: CitationLinkProps) {
  const { t } = useText();
  const { lang, start, end } = citation.referenceSpan;
  const open = (event: MouseEvent) => {
    // a new tab, or a screen without room beside the conversation, gets the entry's page
    if (onCite === undefined || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (!window.matchMedia('(min-width: 1080px)').matches) return;
    event.preventDefault();
    onCite(citation.entryId, { lang, start, end });
  };
  return (
    <a
      className="cite"
      href={entryHref(citation.entryId, { lang, start, end })}
      aria-label={questionBeside ? t.ask.source(number) : t.ask.citation(number, citation.question)}
      title={plainExcerpt(citation.referenceSpan.text)}
      onClick={open}
    >
      {number}
    </a>
  );
}
