import { describe, expect, it } from 'vitest';
import { splitClauses } from '../../src/grading/clauses.ts';
import { clausesWithSwappedRoles } from '../../src/grading/swapped-roles.ts';

const right = [
  'the teacher network gives soft labels and its weights are frozen',
  'the frozen teacher network is large, the student network is small',
  'the small student network learns from soft labels of the teacher',
  'gradients reach the student network alone, never the frozen teacher',
  'at inference the small student network runs and the teacher is dropped',
  'the student network is trained, its weights are updated by gradients',
].flatMap((line) => [line, line, line]);
const roles = ['How does a student network learn from a teacher?'];
const said =
  'The teacher network is large and its weights are frozen. The small student network learns from soft labels of the teacher. ' +
  'Gradients reach the student network alone. At inference the small student network runs and the teacher is dropped.';
const exchanged = said.replaceAll('teacher', '?').replaceAll('student', 'teacher').replaceAll('?', 'student');

describe('exchanged roles', () => {
  it("are found where two terms keep each other's company throughout", () => {
    const clauses = splitClauses(exchanged);
    expect(clausesWithSwappedRoles(clauses, right, roles).size).toBeGreaterThanOrEqual(3);
  });

  it('are not found in the right reply, nor where the terms have no role', () => {
    expect(clausesWithSwappedRoles(splitClauses(said), right, roles).size).toBe(0);
    expect(clausesWithSwappedRoles(splitClauses(exchanged), right, ['Why?']).size).toBe(0);
  });
});
