// @vitest-environment happy-dom
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { SourceLink } from '../../web/src/material/entry-extras.tsx';
import { normalizeMath } from '../../web/src/markdown/math-delimiters.ts';
import Renderer from '../../web/src/markdown/renderer.tsx';
import type { Mark } from '../../web/src/grade/runs.ts';

function html(text: string, marks?: Mark[]): HTMLElement {
  const host = document.createElement('div');
  host.innerHTML = renderToStaticMarkup(
    <Renderer text={text} links="all" {...(marks === undefined ? {} : { marks })} />,
  );
  return host;
}

/** The marked text: formulas by their TeX source, since KaTeX draws them twice. */
function marked(host: HTMLElement, id: string): string {
  return [...host.querySelectorAll(`[data-mark~="${id}"]`)]
    .map((mark) => mark.querySelector('annotation')?.textContent ?? mark.textContent)
    .join('|');
}

describe('hostile text', () => {
  it('shows raw HTML as text', () => {
    const host = html('<script>alert(1)</script>\n\na <img src=x onerror=alert(1)> b');
    expect(host.querySelector('script, img')).toBeNull();
    expect(host.textContent).toContain('<script>alert(1)</script>');
    expect(host.textContent).toContain('onerror');
  });

  it('shows a chat model’s links as words, however they are written', () => {
    const text = 'see [a](https://evil.example) https://evil.example <https://evil.example> www.evil.example';
    const host = document.createElement('div');
    host.innerHTML = renderToStaticMarkup(<Renderer text={`${text} [b][1]\n\n[1]: https://evil.example`} />);
    expect(host.querySelector('[href], [src]')).toBeNull();
    expect(host.textContent).toContain('see a');
  });

  it('makes no link that runs script', () => {
    const host = html('[a](javascript:alert(1)) [b](data:text/html,x) [c](https://example.org)');
    expect([...host.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
      'https://example.org',
    ]);
    expect(host.textContent).toBe('a b c');
    expect(html('[a](/api/entries) [b](#/ask) [c](//example.org)').querySelector('a')).toBeNull();
    const formula = html('$\\href{javascript:alert(1)}{x}$ $\\htmlData{a=b}{y}$');
    expect(formula.querySelector('[href], [data-a]')).toBeNull();
  });

  it('fetches no picture', () => {
    expect(html('![secret](https://example.org/p.png)').querySelector('img')).toBeNull();
  });

  it('shows a formula that does not parse, and goes on', () => {
    expect(html('$\\frac{1}$ after').textContent).toContain('after');
  });

  it('links only web addresses of a source', () => {
    const link = (url: string) => renderToStaticMarkup(<SourceLink title="T" url={url} />);
    expect(link('https://arxiv.org/abs/1')).toContain('href');
    expect(link('javascript:alert(1)')).toBe('<span>T</span>');
  });
});

describe('formulas', () => {
  it('are read in the delimiters that models write', () => {
    expect(html('a \\(x^2\\) b').querySelectorAll('.katex')).toHaveLength(1);
    expect(html('\\[\nx^2\n\\]').querySelectorAll('.katex-display')).toHaveLength(1);
    expect(html('\\[ x^2 \\]').querySelectorAll('.katex-display')).toHaveLength(1);
  });

  it('keep every offset when delimiters are rewritten', () => {
    const text = 'a \\(x\\) b \\[y\\] `\\(code\\)`\n```\nre.sub(r"\\(", s) # \\)\n```\n$$a\\\\[4pt]b$$';
    const rewritten = normalizeMath(text);
    expect(rewritten).toHaveLength(text.length);
    expect(rewritten).toBe(
      'a $$x$$ b $$y$$ `\\(code\\)`\n```\nre.sub(r"\\(", s) # \\)\n```\n$$a\\\\[4pt]b$$',
    );
  });

  it('stand by themselves when alone in their paragraph', () => {
    expect(html('before\n\n$$h=W_0x$$\n\nafter').querySelectorAll('.katex-display')).toHaveLength(1);
    expect(html('in $$h$$ line').querySelectorAll('.katex-display')).toHaveLength(0);
  });

  it('keep the punctuation that follows on their line', () => {
    expect(html('加回 $W_0$，结构不变').querySelector('.unbroken')?.textContent).toMatch(/，$/);
  });
});

describe('code', () => {
  it('is coloured in the languages of the material, and plain in others', () => {
    expect(html('```python\nimport torch\n```').querySelector('.hljs-keyword')?.textContent).toBe('import');
    expect(html('```brainfuck\n+<>\n```').querySelector('code')?.textContent).toBe('+<>\n');
  });
});

describe('marked spans', () => {
  const source = '**LoRA** 冻结 $W_0$，训练 `BA`。\n\n| a | b |\n|---|---|\n| low rank | x |';

  function span(id: string, piece: string): Mark {
    const start = source.indexOf(piece);
    return { id, start, end: start + piece.length };
  }

  it('count in the Markdown source, through emphasis, formulas, code and tables', () => {
    const host = html(source, [
      span('p', 'LoRA** 冻结 $W_0$，训练'),
      span('c', '`BA`'),
      span('t', 'low rank'),
    ]);
    expect(marked(host, 'p')).toBe('LoRA| 冻结 |W_0|，|训练');
    expect(marked(host, 'c')).toBe('BA');
    expect(marked(host, 't')).toBe('low rank');
  });

  it('take a formula whole when they cover a part of it', () => {
    expect(marked(html(source, [span('f', 'W_0')]), 'f')).toBe('W_0');
  });

  it('change nothing of the text itself', () => {
    expect(html(source, [span('p', '冻结')]).textContent).toBe(html(source).textContent);
  });
});
