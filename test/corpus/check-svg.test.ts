import { describe, expect, it } from 'vitest';
import { checkSvg } from '../../src/corpus/check-svg.ts';
import { svgText } from './svg-text.ts';

const messages = (text: string) => checkSvg(text).problems.map(({ message }) => message);

describe('a figure of shapes and words', () => {
  it('is sound, and as large as its viewBox says', () => {
    expect(checkSvg(svgText())).toEqual({ width: 680, height: 320, problems: [] });
    expect(checkSvg(svgText('', "viewBox='-10,-10 100.5 50' width='100'"))).toMatchObject({
      width: 100.5,
      height: 50,
      problems: [],
    });
  });

  it('may hold comments, transforms, gradients and clips of its own', () => {
    const inner = `<!-- drawn by hand - twice -->
      <linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient>
      <linearGradient id="h" href="#g" gradientTransform="rotate(45 1 1)"/>
      <clipPath id="c"><circle cx="1" cy="1" r="1"/></clipPath>
      <g transform="translate(1 2) scale(3)" clip-path="url(#c)"><rect fill="url(#h)" width="1" height="1"/></g>`;
    expect(messages(svgText(inner))).toEqual([]);
  });
});

describe('a figure that could do anything else is refused:', () => {
  it.each([
    // what runs
    ['a script', '<script>alert(1)</script>', /<script> is refused/],
    ['a script in other letters', '<SCRIPT>alert(1)</SCRIPT>', /<SCRIPT> is refused/],
    ['a script with a prefix', '<svg:script>alert(1)</svg:script>', /prefix is refused/],
    ['an event attribute', '<rect onload="alert(1)"/>', /attribute 'onload' of <rect> is refused/],
    ['an event attribute in other letters', '<rect OnClick="x"/>', /attribute 'OnClick'/],
    ['foreign HTML', '<foreignObject><div>x</div></foreignObject>', /<foreignObject> is refused/],
    ['HTML', '<iframe src="x"/>', /<iframe> is refused/],
    ['an animation', '<set attributeName="href" to="javascript:1"/>', /<set> is refused/],
    ['an animation of a value', '<animate attributeName="x"/>', /<animate> is refused/],
    ['a handler', '<handler type="text/javascript">1</handler>', /<handler> is refused/],
    // what loads or leads elsewhere
    ['a link', '<a href="https://example.org"><rect/></a>', /<a> is refused/],
    ['a picture', '<image href="https://example.org/x.png"/>', /<image> is refused/],
    ['a picture in it', '<image href="data:image/png;base64,AA"/>', /<image> is refused/],
    ['a use of another file', '<use href="other.svg#a"/>', /<use> is refused/],
    ['an old kind of link', '<rect xlink:href="#a"/>', /attribute 'xlink:href'/],
    ['a gradient of another file', '<linearGradient href="x.svg#a"/>', /only a gradient .* in the same file/],
    ['a gradient by script', '<linearGradient href="javascript:1"/>', /only a gradient/],
    ['a paint of another file', '<rect fill="url(x.svg#a)"/>', /<rect fill>: .* is refused/],
    ['a paint from the web', '<rect fill="url(https://example.org/#a)"/>', /is refused/],
    ['a quoted paint', `<rect fill="url('//example.org')"/>`, /is refused/],
    ['a paint in other letters', '<rect fill="URL(//example.org)"/>', /is refused/],
    ['a paint with a second choice', '<rect fill="url(#a) url(//example.org)"/>', /is refused/],
    ['a paint by an escape', '<rect fill="u\\72l(//example.org)"/>', /is refused/],
    ['a paint by a comment', '<rect fill="u/**/rl(//example.org)"/>', /is refused/],
    ['a paint by a reference', '<rect fill="&#117;rl(//example.org)"/>', /is refused/],
    ['a paint by a hexadecimal reference', '<rect fill="&#x75;&#x72;l(//example.org)"/>', /is refused/],
    ['a bracket by a reference', '<rect fill="url&#40;//example.org)"/>', /is refused/],
    ['a bracket by an escape', '<rect fill="url\\28 //example.org\\29"/>', /is refused/],
    ['a link on a shape', '<rect href="#a"/>', /<rect href>: only a gradient/],
    ['another function', '<rect fill="image-set(x)"/>', /is refused/],
    ['a bracket alone', '<rect fill="(x)"/>', /is refused/],
    ['a style sheet', '<style>@import "https://example.org";</style>', /<style> is refused/],
    ['a style', '<rect style="fill:url(//example.org)"/>', /'style' of <rect> is refused/],
    ['a class', '<rect class="x"/>', /'class' of <rect> is refused/],
    ['a base address', '<g xml:base="https://example.org"/>', /'xml:base'/],
    // what grows when it is drawn
    ['copies', '<g id="b"><use href="#a"/><use href="#a"/></g>', /<use> is refused/],
    ['a pattern', '<pattern id="b"/>', /<pattern> is refused/],
    ['a filter', '<filter id="b"/>', /<filter> is refused/],
    [
      'arrows on arrows',
      '<marker id="b"><path d="M0 0 1 1" marker-mid="url(#a)"/></marker>',
      /within a marker or a clipPath/,
    ],
    ['deep nesting', `${'<g>'.repeat(30)}${'</g>'.repeat(30)}`, /flatten the groups/],
    // what is not what it seems
    ['a second svg', '<svg/>', /an <svg> within is refused/],
    ['another namespace', '<g xmlns="http://www.w3.org/1999/xhtml"/>', /xmlns: only/],
    ['its namespace again', '<g xmlns="http://www.w3.org/2000/svg"/>', /xmlns: only/],
    ['a prefix of its own', '<g xmlns:x="http://www.w3.org/1999/xhtml"/>', /'xmlns:x'/],
    ['an own entity', '<text>&x;</text>', /no known reference/],
    ['a lone &', '<text>a & b</text>', /no known reference/],
    ['a reference to nothing', '<text>&#0;</text>', /no character of XML/],
    ['a reference beyond the last', '<text>&#x110000;</text>', /no character of XML/],
    ['CDATA', '<text><![CDATA[<script>]]></text>', /CDATA is refused/],
    ['an instruction', '<?xml-stylesheet href="x.css"?>', /processing instruction/],
    ['a doctype within', '<!DOCTYPE svg>', /DOCTYPE is refused/],
    ['an attribute twice', '<rect x="1" x="2"/>', /'x' stands twice/],
    ['an id twice', '<rect id="a"/>', /id 'a' stands twice/],
    ['a reference to no id', '<rect fill="url(#nothing)"/>', /'#nothing' is not in this file/],
    ['text beside shapes', '<g>words</g>', /text in <g>/],
    ['no quotes', '<rect x=1/>', /cannot be read/],
    ['no space between attributes', '<rect x="1"y="2"/>', /cannot be read/],
    ['a space that is none in XML', '<rect\u00a0x="1"/>', /cannot be read/],
    ['a < in a value', '<rect x="<"/>', /cannot be read/],
    ['a comment with --', '<!-- a -- b -->', /comment/],
    ['a comment that ends nowhere', '<!-- <script> ', /comment/],
    ['what is never closed', '<g>', /<\/svg> where <\/g> is due/],
    ['what was never open', '</g>', /<\/g> where <\/svg> is due/],
    ['a control character', '\u0001', /does not allow/],
    ['half a character', '\ud800', /does not allow/],
  ])('%s', (_, inner, message) => {
    expect(messages(svgText(inner))).toContainEqual(expect.stringMatching(message));
  });

  it.each([
    ['a doctype', `<!DOCTYPE svg [<!ENTITY x "y">]>\n${svgText()}`, /DOCTYPE is refused/],
    ['a declaration', `<?xml version="1.0"?>\n${svgText()}`, /processing instruction/],
    ['a byte-order mark', `\uFEFF${svgText()}`, /outside the root/],
    ['words after it', `${svgText()}words`, /outside the root/],
    ['a second root', svgText() + svgText(), /after the end of the root/],
    ['no root', ' ', /no element/],
    ['an end alone', '</svg>', /closes nothing/],
    ['another root', '<html xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', /<html> is refused/],
    ['no namespace', '<svg viewBox="0 0 1 1"/>', /the root needs xmlns/],
    ['half of it', svgText().slice(0, 200), /./],
    ['no viewBox', svgText('', 'width="680"'), /needs a viewBox/],
    ['a viewBox of words', svgText('', 'viewBox="0 0 wide high"'), /needs a viewBox/],
    ['a viewBox of nothing', svgText('', 'viewBox="0 0 0 10"'), /needs a viewBox/],
    ['a huge viewBox', svgText('', 'viewBox="0 0 1e9 10"'), /needs a viewBox/],
  ])('one with %s', (_, text, message) => {
    expect(messages(text)).toContainEqual(expect.stringMatching(message));
  });

  it('with the line', () => {
    expect(checkSvg(svgText('<script/>')).problems).toEqual([
      { line: 7, message: expect.stringContaining('<script>') as string },
    ]);
  });

  it('at once, however it is written', () => {
    for (const text of ['<'.repeat(30_000), `<svg${' a="'.repeat(7_000)}`, `<!--${'-'.repeat(30_000)}`]) {
      const began = performance.now();
      expect(messages(text)).toHaveLength(1);
      expect(performance.now() - began).toBeLessThan(500);
    }
  });
});
