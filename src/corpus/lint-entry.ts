/** What our own bank holds itself to beyond being readable: complete, unleaking, teachable entries. */
import { containment } from './content-tokens.ts';
import { langs, type Entry, type KeyPoint } from './entry.ts';
import type { Problem } from './problem.ts';

/** A hint holding this share of a key point's content words gives it away. */
export const hintLeakShare = 0.7;

/** Problems of a readable entry, all of severity `warning`: they never take it out of the product. */
export function lintEntry(entry: Entry): Problem[] {
  const problems: Problem[] = [];
  const complain = (message: string, file = entry.file) => {
    problems.push({ file, line: 1, message, severity: 'warning' });
  };
  const least = entry.kind === 'resource' ? 2 : 4;
  if (entry.keyPoints.length < least) {
    complain(`${entry.keyPoints.length} key points: a ${entry.kind} entry has ${least} or more`);
  }
  const heart = entry.keyPoints.filter((point) => point.weight === 3);
  if (heart.length < 1 || heart.length > 3) {
    complain(`${heart.length} key points of weight 3: mark one to three as the heart of the question`);
  }
  for (const point of heart) {
    if (!entry.followUps.some((followUp) => followUp.on === point.id)) {
      complain(
        `key point '${point.id}' has weight 3 and no follow-up: add one that does not give the answer`,
      );
    }
  }
  for (const lang of langs) {
    for (const [index, hint] of entry.hints.entries()) {
      for (const point of entry.keyPoints) {
        if (containment(point[lang], hint[lang]) >= hintLeakShare) {
          complain(
            `hint ${index + 1} (${lang}) gives key point '${point.id}' away: name the area, not the claim`,
          );
        }
      }
    }
  }
  const path = entry.file.replace(/\.md$/, '');
  const [number] = (path.split('/').at(-1) ?? '').split('-');
  const expected = [entry.module, entry.section, number].filter(Boolean).join('/');
  if (expected !== entry.id || !path.startsWith([entry.module, entry.section].filter(Boolean).join('/'))) {
    complain(`id '${entry.id}' does not match the path: expected <module>/<section>/<nn>-<slug>.md`);
  }
  const taught = entry.keyPoints.filter((point) => point.statements.length > 0);
  const statementsFile = entry.file.replace(/\.md$/, '.statements.yaml');
  // No statements at all is allowed (a mentor's own bank); half of them is an oversight.
  if (taught.length > 0)
    for (const point of entry.keyPoints) lintStatements(point, (text) => complain(text, statementsFile));
  return problems;
}

/** The problem of a figure that no entry shows. */
export function unusedFigure(file: string): Problem {
  return {
    file,
    line: 1,
    message: "no entry shows this figure: name it under 'figures' in one, or remove it",
    severity: 'warning',
  };
}

function lintStatements(point: KeyPoint, complain: (message: string) => void): void {
  const labels = new Map<string, string>();
  for (const statement of point.statements) {
    const known = labels.get(statement.text);
    if (known !== undefined) {
      complain(
        known === statement.label
          ? `'${point.id}': "${statement.text}" stands twice: write another wording`
          : `'${point.id}': "${statement.text}" stands under ${known} and ${statement.label}: keep one label`,
      );
    }
    labels.set(statement.text, statement.label);
  }
  const count = (label: string, lang?: string) =>
    point.statements.filter((one) => one.label === label && (lang === undefined || one.lang === lang)).length;
  for (const label of ['covered', 'contradicted'] as const) {
    if (count(label) < 3) complain(`'${point.id}': ${count(label)} ${label} statements; write 3 or more`);
    for (const lang of langs) {
      if (count(label, lang) < 1)
        complain(`'${point.id}': no ${label} statement in ${lang}; write one or more`);
    }
  }
  if (count('partial') < 1) complain(`'${point.id}': no partial statement; write one or more`);
}
