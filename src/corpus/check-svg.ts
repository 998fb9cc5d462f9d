/** What may stand in a figure: shapes and words. Nothing that runs, loads, links or grows when it is drawn. */
import { lineAt } from './problem.ts';
import { MarkupError, readMarkup, type MarkupElement } from './read-markup.ts';

/** An SVG that was looked over: its size by its viewBox, and everything wrong with it. */
export interface CheckedSvg {
  readonly width: number;
  readonly height: number;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

// `use`, `symbol`, `pattern`, `mask` and `filter` are not here: in each other, a few lines of them draw for minutes.
const elements = new Set(
  (
    'svg title desc defs g path rect circle ellipse line polyline polygon text tspan ' +
    'marker clipPath linearGradient radialGradient stop'
  ).split(' '),
);

const attributes = new Set(
  (
    'id xmlns viewBox role lang xml:lang xml:space preserveAspectRatio ' +
    'x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy rotate width height d points pathLength transform ' +
    'fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin ' +
    'stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color vector-effect paint-order ' +
    'font-family font-size font-style font-weight font-variant letter-spacing word-spacing text-anchor ' +
    'text-decoration dominant-baseline alignment-baseline baseline-shift textLength lengthAdjust ' +
    'marker-start marker-mid marker-end refX refY markerWidth markerHeight markerUnits orient ' +
    'clip-path clip-rule clipPathUnits offset stop-color stop-opacity gradientUnits gradientTransform ' +
    'spreadMethod href shape-rendering text-rendering'
  ).split(' '),
);

const textElements = new Set(['title', 'desc', 'text', 'tspan']);
const functions = new Set(
  'rgb rgba hsl hsla matrix translate scale rotate skewX skewY'.split(' ').map((one) => one.toLowerCase()),
);
const namespace = 'http://www.w3.org/2000/svg';
const deepest = 24;
const largestSide = 4_000;
const localTarget = /^#([A-Za-z][\w.-]*)$/;
const localUrl = /^url\(#([A-Za-z][\w.-]*)\)$/;

/** Never throws: what is wrong comes back with its line. */
export function checkSvg(text: string): CheckedSvg {
  const problems: { line: number; message: string }[] = [];
  const complain = (at: number, message: string) => problems.push({ line: lineAt(text, at + 1), message });
  const ids = new Set<string>();
  const targets: { id: string; at: number }[] = [];
  let size = { width: 0, height: 0 };

  const checkValue = ({ name, within, at }: MarkupElement, key: string, value: string) => {
    if (key === 'href') {
      const target = localTarget.exec(value)?.[1];
      if (target === undefined || !name.endsWith('Gradient')) {
        complain(at, `<${name} href>: only a gradient may have one, to a '#name' in the same file`);
      } else targets.push({ id: target, at });
      return;
    }
    const target = localUrl.exec(value)?.[1];
    if (target !== undefined) {
      // The same danger: arrows on the lines of arrows.
      if (within.some((one) => one === 'marker' || one === 'clipPath')) {
        complain(at, `<${name} ${key}>: nothing within a marker or a clipPath may refer to others`);
      } else targets.push({ id: target, at });
      return;
    }
    // A bracket without a known name before it may be a way around, so brackets are counted.
    const calls = [...value.matchAll(/([\w-]+)[ \t\r\n]*\(/g)].map((match) => (match[1] ?? '').toLowerCase());
    const brackets = value.split('(').length - 1;
    if (calls.length !== brackets || calls.some((call) => !functions.has(call)) || /[\\@]|\/\*/.test(value)) {
      complain(
        at,
        `<${name} ${key}>: "${value.slice(0, 40)}" is refused: colours, transforms and url(#name) of the same file only`,
      );
    }
  };

  const checkElement = (element: MarkupElement) => {
    const { name, at } = element;
    const depth = element.within.length;
    if (!elements.has(name)) {
      complain(at, `<${name}> is refused: a figure is made of shapes and texts (see CONTRIBUTING.md)`);
    } else if ((name === 'svg') !== (depth === 0)) {
      complain(at, depth === 0 ? `<${name}> is the root: it must be <svg>` : 'an <svg> within is refused');
    }
    if (depth === deepest) complain(at, `more than ${deepest} elements in each other: flatten the groups`);
    for (const [key, value] of element.attributes) {
      if (key === 'xmlns') {
        if (depth !== 0 || value !== namespace) complain(at, `xmlns: only "${namespace}", on the root`);
      } else if (!attributes.has(key)) {
        complain(
          at,
          `attribute '${key}' of <${name}> is refused${key === 'style' || key === 'class' ? ': write attributes like fill and stroke' : ''}`,
        );
      } else checkValue(element, key, value);
      if (key !== 'id') continue;
      if (ids.has(value)) complain(at, `id '${value}' stands twice`);
      ids.add(value);
    }
    if (depth === 0) size = checkRoot(element, (message) => complain(at, message));
  };

  try {
    readMarkup(text, {
      onElement: checkElement,
      onText: (parent, _content, at) => {
        if (!textElements.has(parent)) complain(at, `text in <${parent}>: words stand in <text> alone`);
      },
    });
  } catch (error) {
    if (!(error instanceof MarkupError)) throw error;
    complain(error.at, error.message);
    return { ...size, problems };
  }
  for (const { id, at } of targets) if (!ids.has(id)) complain(at, `'#${id}' is not in this file`);
  return { ...size, problems };
}

function checkRoot(
  { attributes: given }: MarkupElement,
  complain: (message: string) => void,
): { width: number; height: number } {
  if (given.get('xmlns') !== namespace) complain(`the root needs xmlns="${namespace}"`);
  const numbers = (given.get('viewBox') ?? '').trim().split(/[\s,]+/);
  const [, , width = 0, height = 0] = numbers.map((one) =>
    /^-?\d+(?:\.\d+)?$/.test(one) ? Number(one) : NaN,
  );
  if (numbers.length === 4 && numbers.every((one) => /^-?\d+(?:\.\d+)?$/.test(one))) {
    if (width > 0 && height > 0 && width <= largestSide && height <= largestSide) return { width, height };
  }
  complain(`the root needs a viewBox of four numbers, width and height from 1 to ${largestSide}`);
  return { width: 0, height: 0 };
}
