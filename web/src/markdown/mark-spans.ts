import { splitRuns, type Mark } from '../grade/runs.ts';

/** The part of a Markdown tree that is used here (mdast, any node). */
export interface TreeNode {
  type: string;
  value?: string;
  children?: TreeNode[];
  data?: { hName?: string; hProperties?: Record<string, unknown>; [key: string]: unknown };
  position?: { start: { offset?: number | undefined }; end: { offset?: number | undefined } } | undefined;
}

/** Nodes that cannot be cut: a mark over a part of them covers the whole. */
const whole: ReadonlySet<string> = new Set(['inlineMath', 'math', 'inlineCode', 'code', 'image']);
const blocks: ReadonlySet<string> = new Set(['math', 'code']);

/**
 * A remark plugin: wraps the pieces of the tree under `marks`, which count in the Markdown source,
 * in `<mark data-mark="ids">`, through formulas, tables and emphasis.
 */
export function markSpans(marks: readonly Mark[]): () => (tree: TreeNode) => void {
  return () => (tree) => {
    if (marks.length > 0) markChildren(tree, marks);
  };
}

function markChildren(parent: TreeNode, marks: readonly Mark[]): void {
  parent.children = (parent.children ?? []).flatMap((node) => {
    const start = node.position?.start.offset;
    const end = node.position?.end.offset;
    if (start === undefined || end === undefined) return [node];
    const touching = marks.filter((mark) => mark.start < end && mark.end > start);
    if (touching.length === 0) return [node];
    if (whole.has(node.type)) return [wrap([node], touching, blocks.has(node.type) ? 'div' : 'mark')];
    if (node.type !== 'text' || node.value === undefined) {
      markChildren(node, touching);
      return [node];
    }
    // an escape or a character reference makes the text shorter than its source: no offset inside is certain
    if (node.value.length !== end - start) return [wrap([node], touching, 'mark')];
    const local = touching.map((mark) => ({ ...mark, start: mark.start - start, end: mark.end - start }));
    return splitRuns(node.value, local).map((run) => {
      const text: TreeNode = { type: 'text', value: run.text };
      return run.ids.length === 0
        ? text
        : wrap(
            [text],
            run.ids.map((id) => ({ id })),
            'mark',
          );
    });
  });
}

function wrap(children: TreeNode[], marks: readonly { id: string }[], hName: 'mark' | 'div'): TreeNode {
  const ids = [...new Set(marks.map((mark) => mark.id))].join(' ');
  const hProperties = { 'data-mark': ids, className: hName === 'div' ? ['marked-block'] : [] };
  return { type: 'spanMark', children, data: { hName, hProperties } };
}

/** A remark plugin: `$$ … $$` alone in its paragraph is a displayed formula, also when written on one line. */
export function displayLoneMath(source: string): () => (tree: TreeNode) => void {
  return () => (tree) => visitParagraphs(tree, source);
}

function visitParagraphs(node: TreeNode, source: string): void {
  for (const child of node.children ?? []) {
    const only = child.type === 'paragraph' && child.children?.length === 1 ? child.children[0] : undefined;
    const offset = only?.position?.start.offset;
    if (only?.type === 'inlineMath' && offset !== undefined && source.startsWith('$$', offset)) {
      only.data = {
        ...only.data,
        hProperties: { ...only.data?.hProperties, className: ['language-math', 'math-display'] },
      };
    }
    visitParagraphs(child, source);
  }
}
