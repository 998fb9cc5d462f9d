import { useEffect, useRef } from 'react';
import type { Mark } from '../grade/runs.ts';
import type { Links } from './links.ts';
import { revealWithin } from './reveal-within.ts';
import { useRenderer } from './use-renderer.ts';

export interface MarkdownProps {
  text: string;
  /** Must keep its identity over renders, or the text is parsed again. */
  marks?: readonly Mark[];
  /** The mark that stands out now. */
  active?: string | null;
  /** The sentence flows in its line: paragraphs make no blocks. */
  inline?: boolean;
  lang?: string;
  /** Which links lead anywhere; default none. Must keep its identity, as `marks`. */
  links?: Links;
}

/** Markdown; until its renderer is loaded (KaTeX is large) the same text, plain. */
export function Markdown({ text, marks, active = null, inline = false, lang, links }: MarkdownProps) {
  const Renderer = useRenderer();
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = root.current;
    if (element === null || marks === undefined) return undefined;
    const show = () => showActive(element, active);
    show();
    // the marks come with the lazy renderer, which may be later than this
    const observer = new MutationObserver(show);
    observer.observe(element, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [active, marks, text]);
  return (
    <div ref={root} className={inline ? 'prose prose-inline' : 'prose'} lang={lang}>
      {Renderer === null ? (
        <span className="prose-plain">{text}</span>
      ) : (
        <Renderer
          text={text}
          {...(marks === undefined ? {} : { marks })}
          {...(links === undefined ? {} : { links })}
        />
      )}
    </div>
  );
}

/** Set on the elements, not by rendering: pointing along the rows must not parse the text each time. */
function showActive(root: HTMLElement, active: string | null): void {
  let first: HTMLElement | null = null;
  for (const mark of root.querySelectorAll<HTMLElement>('[data-mark]')) {
    const on = active !== null && (mark.dataset['mark'] ?? '').split(' ').includes(active);
    mark.toggleAttribute('data-active', on);
    if (on) first ??= mark;
  }
  if (first !== null) revealWithin(first);
}
