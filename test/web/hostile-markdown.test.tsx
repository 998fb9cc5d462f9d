// @vitest-environment happy-dom
/** What people, files and models write goes through the renderer; nothing of it runs, loads or leads astray. */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { normalizeMath } from '../../web/src/markdown/math-delimiters.ts';
import Renderer from '../../web/src/markdown/renderer.tsx';
import { xssCases } from '../hostile/xss-cases.ts';

/** Every element that Markdown, formulas and coloured code are made of. */
const elements: ReadonlySet<string> = new Set(
  (
    'a annotation blockquote br code del div em h4 h5 h6 hr input li mark math menclose mfrac mi mn mo mover mpadded ' +
    'mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover ol p path ' +
    'pre section semantics span strong sup svg table tbody td th thead tr ul line'
  ).split(' '),
);

/** Parsed as a browser parses it. Attributes are read from the markup itself, so that none escapes a lenient parser. */
function findWrong(markup: string): string[] {
  const wrong: string[] = [];
  for (const [, tag = '', attributes = ''] of markup.matchAll(/<([a-z][^\s/>]*)((?:[^>"]|"[^"]*")*)>/gi)) {
    if (!elements.has(tag)) wrong.push(`<${tag}>`);
    for (const [, name = '', value = ''] of attributes.matchAll(/([^\s"=/]+)(?:="([^"]*)")?/g)) {
      if (/^on|^(?:src|srcset|action|formaction|srcdoc|xlink:href|data|id|name)$/i.test(name)) {
        if (!/^(?:user-content-|footnote-label$)/.test(value)) wrong.push(`${tag} ${name}="${value}"`);
      }
      if (name === 'href' && !/^(?:https?:\/\/|mailto:)/i.test(value))
        wrong.push(`${tag} ${name}="${value}"`);
      if (name === 'style' && /url\(|expression|@import|position\s*:\s*fixed/i.test(value))
        wrong.push(`${tag} ${value}`);
    }
  }
  return wrong;
}

const render = (text: string) => renderToStaticMarkup(<Renderer text={text} links="all" />);

describe('the renderer of Markdown', () => {
  it.each(xssCases.map(({ name, text }) => [name, text] as const))(
    'makes nothing dangerous of %s',
    (_name, text) => {
      expect(findWrong(render(text))).toEqual([]);
      expect(findWrong(render(`- **x** ${text}\n\n> ${text}\n\n| a |\n|---|\n| ${text} |`))).toEqual([]);
    },
  );

  it('is tried by a check that finds what is dangerous', () => {
    expect(findWrong('<img src="x" onerror="y"><a href="javascript:z">')).toHaveLength(4);
    expect(findWrong('<div style="background:url(http://192.0.2.1)" id="location">')).toHaveLength(2);
  });

  it.each<[name: string, piece: string, end?: string]>([
    ['display formulas that never close', '\\[ '],
    ['inline formulas that never close', '\\( '],
    ['inline formulas that close on another line', '\\( ', '\n\\)'],
    ['fences', '``` '],
    ['back-ticks', '` \\('],
    ['backslashes', '\\'],
  ])('reads %s in linear time', (_name, piece, end = '') => {
    const time = (chars: number) => {
      const text = `\\(${piece.repeat(Math.ceil(chars / piece.length))}${end}`;
      const began = performance.now();
      normalizeMath(text);
      return performance.now() - began;
    };
    time(1_000);
    expect(time(200_000)).toBeLessThan(200);
  });
});
