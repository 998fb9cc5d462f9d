import type { TreeNode } from './mark-spans.ts';

/** Marks that must not begin a line, in Chinese and in English. */
const closing = /^[，。；：、！？）】」』》”’,.;:!?)\]%]+/;

/** Longer formulas have to be free to break inside. */
const longestKept = 40;

/**
 * A remark plugin: keeps the punctuation after a formula on the formula's line.
 * KaTeX's boxes allow a break before any character, which Chinese typesetting forbids there.
 */
export function keepPunctuation(): (tree: TreeNode) => void {
  return (tree) => visit(tree);
}

function visit(parent: TreeNode): void {
  const kept: TreeNode[] = [];
  for (const node of parent.children ?? []) {
    const before = kept.at(-1);
    const mark = node.type === 'text' ? (closing.exec(node.value ?? '')?.[0] ?? '') : '';
    const short = before?.type === 'inlineMath' && (before.value ?? '').length <= longestKept;
    if (before === undefined || mark === '' || !short || !isVerbatim(node)) {
      visit(node);
      kept.push(node);
      continue;
    }
    const [punctuation, rest] = cut(node, mark.length);
    kept[kept.length - 1] = {
      type: 'unbroken',
      children: [before, punctuation],
      data: { hName: 'span', hProperties: { className: ['unbroken'] } },
      position: {
        start: { offset: before.position?.start.offset },
        end: { offset: punctuation.position?.end.offset },
      },
    };
    if (rest.value !== '') kept.push(rest);
  }
  if (parent.children !== undefined) parent.children = kept;
}

/** The text is its own source, character by character, so that it can be cut without losing its offsets. */
function isVerbatim(node: TreeNode): boolean {
  const start = node.position?.start.offset;
  const end = node.position?.end.offset;
  return start !== undefined && end !== undefined && end - start === (node.value ?? '').length;
}

function cut(node: TreeNode, at: number): [TreeNode, TreeNode] {
  const value = node.value ?? '';
  const start = node.position?.start.offset ?? 0;
  const piece = (from: number, to: number): TreeNode => ({
    type: 'text',
    value: value.slice(from, to),
    position: { start: { offset: start + from }, end: { offset: start + to } },
  });
  return [piece(0, at), piece(at, value.length)];
}
