import { memo, useMemo, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeKatex from 'rehype-katex';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import type { Mark } from '../grade/runs.ts';
import { highlightCode } from './highlight-code.ts';
import { keepPunctuation } from './keep-punctuation.ts';
import { leadsOut, type Links } from './links.ts';
import { displayLoneMath, markSpans } from './mark-spans.ts';
import { normalizeMath } from './math-delimiters.ts';

export interface RendererProps {
  text: string;
  /** Spans of `text` that can be highlighted: each becomes `[data-mark~="id"]`. */
  marks?: readonly Mark[];
  /** Default: no link leads anywhere. */
  links?: Links;
}

const componentsWith = (links: Links): Components => ({
  a: ({ href, children }) =>
    href !== undefined && leadsOut(href, links) ? (
      <a href={href} target="_blank" rel="noreferrer noopener">
        {children}
      </a>
    ) : (
      <Dead href={href}>{children}</Dead>
    ),
  // a picture's address would tell a stranger's server who reads what
  img: ({ alt }) => <span>{alt}</span>,
  // the outline of the page is its own: no text in it has a heading above the place where it stands
  h1: ({ node: _node, ...rest }) => <h4 {...rest} />,
  h2: ({ node: _node, ...rest }) => <h4 {...rest} />,
  h3: ({ node: _node, ...rest }) => <h4 {...rest} />,
  table: ({ node: _node, ...rest }) => (
    <div className="table-scroll">
      <table {...rest} />
    </div>
  ),
});

const katexOptions = { strict: false, trust: false, maxExpand: 200, maxSize: 20 } as const;
const noMarks: readonly Mark[] = [];
const noLinks: Links = [];

/** A link that leads nowhere: its words, and its address when the words do not say it, so that nobody is led astray. */
function Dead({ href, children }: { href: string | undefined; children: ReactNode }) {
  const shown =
    href !== undefined && /^https?:/i.test(href) && typeof children === 'string' && children !== href;
  return (
    <span>
      {children}
      {shown && ` (${href})`}
    </span>
  );
}

/**
 * Markdown with formulas and code, for any text: raw HTML stays text (there is no rehype-raw),
 * react-markdown drops every link that is not http(s), mailto or relative, and `links` says which of the rest lead somewhere.
 */
const Renderer = memo(function Renderer({ text, marks = noMarks, links = noLinks }: RendererProps) {
  const source = normalizeMath(text);
  const remarkPlugins = useMemo(
    () => [remarkGfm, remarkMath, displayLoneMath(source), keepPunctuation, markSpans(marks)],
    [source, marks],
  );
  const components = useMemo(() => componentsWith(links), [links]);
  return (
    <ReactMarkdown
      remarkPlugins={remarkPlugins}
      rehypePlugins={[[rehypeKatex, katexOptions], highlightCode]}
      components={components}
    >
      {source}
    </ReactMarkdown>
  );
});

export default Renderer;
