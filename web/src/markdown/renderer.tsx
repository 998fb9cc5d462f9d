import { memo, useMemo } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeKatex from 'rehype-katex';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import type { Mark } from '../grade/runs.ts';
import { highlightCode } from './highlight-code.ts';
import { keepPunctuation } from './keep-punctuation.ts';
import { displayLoneMath, markSpans } from './mark-spans.ts';
import { normalizeMath } from './math-delimiters.ts';

export interface RendererProps {
  text: string;
  /** Spans of `text` that can be highlighted: each becomes `[data-mark~="id"]`. */
  marks?: readonly Mark[];
  links?: boolean;
}

const components: Components = {
  // what is not the address of something elsewhere leads nowhere: it would open this page again, or ask its server
  a: ({ href, children }) =>
    href !== undefined && /^(?:https?:\/\/|mailto:)/i.test(href) ? (
      <a href={href} target="_blank" rel="noreferrer noopener">
        {children}
      </a>
    ) : (
      <span>{children}</span>
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
};

const withoutLinks: Components = { ...components, a: ({ children }) => <span>{children}</span> };

const katexOptions = { strict: false, trust: false, maxExpand: 200, maxSize: 20 } as const;
const noMarks: readonly Mark[] = [];

/**
 * Markdown with formulas and code, for any text: raw HTML stays text (there is no rehype-raw),
 * and react-markdown drops every link that is not http(s), mailto or relative.
 */
const Renderer = memo(function Renderer({ text, marks = noMarks, links = true }: RendererProps) {
  const source = normalizeMath(text);
  const remarkPlugins = useMemo(
    () => [remarkGfm, remarkMath, displayLoneMath(source), keepPunctuation, markSpans(marks)],
    [source, marks],
  );
  return (
    <ReactMarkdown
      remarkPlugins={remarkPlugins}
      rehypePlugins={[[rehypeKatex, katexOptions], highlightCode]}
      components={links ? components : withoutLinks}
    >
      {source}
    </ReactMarkdown>
  );
});

export default Renderer;
