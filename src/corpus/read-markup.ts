/**
 * Reads a strict part of XML: elements, attributes, text, comments, the five named entities and character references.
 * Whatever else XML has (a DOCTYPE, entities of one's own, processing instructions, CDATA, prefixes for elements) is
 * refused, so that what is read here and what a browser reads are the same tree.
 */

export interface MarkupElement {
  readonly name: string;
  /** Values with their references resolved. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Names of the elements it stands in, from the root; valid during the call. */
  readonly within: readonly string[];
  /** UTF-16 offset of its `<`. */
  readonly at: number;
}

export interface MarkupReader {
  onElement(element: MarkupElement): void;
  /** Text between tags that is more than space, with the name of the element it stands in. */
  onText(parent: string, text: string, at: number): void;
}

/** Markup that is not of the strict part. `at` is a UTF-16 offset. */
export class MarkupError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'MarkupError';
    this.at = at;
  }
}

const name = '[A-Za-z][\\w.-]*';
// What XML takes for space is less than \\s.
const space = '[ \\t\\r\\n]';
const value = `"[^"<]*"|'[^'<]*'`;
const openTag = new RegExp(
  `<(${name})((?:${space}+[A-Za-z][\\w:.-]*${space}*=${space}*(?:${value}))*)${space}*(/?)>`,
  'y',
);
const closeTag = new RegExp(`</(${name})${space}*>`, 'y');
const attribute = new RegExp(`([A-Za-z][\\w:.-]*)${space}*=${space}*(${value})`, 'g');
const comment = /<!--(?:(?!--)[^])*-->/y;
const between = /[^<]+/y;
/** What XML does not allow anywhere, however it is written. */
// oxlint-disable-next-line no-control-regex -- these are the ones to find
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** @throws MarkupError at the first thing that is not allowed */
export function readMarkup(text: string, reader: MarkupReader): void {
  const bad = forbidden.exec(text);
  if (bad) throw new MarkupError('a character that XML does not allow: remove it', bad.index);
  const open: string[] = [];
  let rootSeen = false;
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    const parent = open.at(-1);
    let match = take(between);
    if (match) {
      const content = resolveReferences(match[0], at);
      if (match[0].includes(']]>')) throw new MarkupError("']]>' in a text: write ']]&gt;'", at);
      if (/[^ \t\r\n]/.test(match[0])) {
        if (parent === undefined) throw new MarkupError('text outside the root element: remove it', at);
        reader.onText(parent, content, at);
      }
    } else if ((match = take(comment))) {
      // says nothing
    } else if ((match = take(closeTag))) {
      if (parent !== match[1]) {
        throw new MarkupError(
          parent === undefined
            ? `</${match[1]}> closes nothing`
            : `</${match[1]}> where </${parent}> is due: close what is open`,
          at,
        );
      }
      open.pop();
    } else if ((match = take(openTag))) {
      const [, element = '', attributes = '', empty = ''] = match;
      if (parent === undefined && rootSeen) {
        throw new MarkupError(`<${element}> after the end of the root element: remove it`, at);
      }
      rootSeen = true;
      reader.onElement({
        name: element,
        attributes: readAttributes(attributes, at + 1 + element.length),
        within: open,
        at,
      });
      if (empty === '') open.push(element);
    } else {
      throw new MarkupError(refusalOf(text, at), at);
    }
    at += match[0].length;
  }
  if (open.length > 0) throw new MarkupError(`<${open.at(-1)}> is not closed`, text.length);
  if (!rootSeen) throw new MarkupError('no element in it', 0);
}

function readAttributes(text: string, offset: number): Map<string, string> {
  const found = new Map<string, string>();
  for (const { 1: key = '', 2: quoted = '', index } of text.matchAll(attribute)) {
    if (found.has(key)) throw new MarkupError(`attribute '${key}' stands twice`, offset + index);
    found.set(key, resolveReferences(quoted.slice(1, -1), offset + index));
  }
  return found;
}

function resolveReferences(text: string, at: number): string {
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos);|#([0-9]{1,7});|#x([0-9a-fA-F]{1,6});|)/g,
    (whole, word: string | undefined, decimal: string | undefined, hex: string | undefined) => {
      if (word !== undefined) return named[word] ?? '';
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      if (whole === '&') {
        throw new MarkupError(
          "'&' that begins no known reference: write '&amp;', or the character itself",
          at,
        );
      }
      const character = code <= 0x10_ff_ff ? String.fromCodePoint(code) : '\0';
      if (forbidden.test(character)) throw new MarkupError(`${whole} is no character of XML`, at);
      return character;
    },
  );
}

function refusalOf(text: string, at: number): string {
  const rest = text.slice(at, at + 12);
  if (rest.startsWith('<!--')) return "a comment that is not closed, or holds '--'";
  if (/^<!DOCTYPE/i.test(rest)) return 'a DOCTYPE is refused: remove it';
  if (rest.startsWith('<![CDATA[')) return 'CDATA is refused: write plain text';
  if (rest.startsWith('<!')) return 'a declaration is refused: remove it';
  if (rest.startsWith('<?')) return 'a processing instruction (<?…?>) is refused: remove it';
  if (/^<\/?[\w.-]+:/.test(rest)) return 'an element with a prefix is refused: use plain SVG elements';
  return 'a tag that cannot be read: check its quotes, and write &lt; for < in texts';
}
