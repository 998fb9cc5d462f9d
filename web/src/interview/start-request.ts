import type { EntryKind, Mode, PlanRequest } from '../../../src/protocol.ts';

/** What the start form holds; empty text and empty lists mean "any". */
export interface StartChoice {
  mode: Mode;
  topic: string;
  module: string;
  section: string;
  kinds: readonly EntryKind[];
  difficulty: Difficulty;
  questions: number;
}

export const difficulties = {
  any: null,
  screening: { min: 1, max: 2 },
  core: { min: 2, max: 3 },
  advanced: { min: 3, max: 4 },
  research: { min: 4, max: 5 },
} as const;
export type Difficulty = keyof typeof difficulties;

export const defaultChoice: StartChoice = {
  mode: 'study',
  topic: '',
  module: '',
  section: '',
  kinds: [],
  difficulty: 'any',
  questions: 5,
};

/** The plan that a choice asks for; a choice of "any" is left out. */
export function planOf(choice: StartChoice): PlanRequest {
  const difficulty = difficulties[choice.difficulty];
  const topic = choice.topic.trim();
  return {
    ...(topic === '' ? {} : { topic }),
    ...(choice.module === '' ? {} : { module: choice.module }),
    ...(choice.module === '' || choice.section === '' ? {} : { section: choice.section }),
    ...(choice.kinds.length === 0 ? {} : { kinds: [...choice.kinds] }),
    ...(difficulty === null ? {} : { difficulty }),
    questions: choice.questions,
  };
}

export interface ModuleChoice {
  module: string;
  entries: number;
  sections: { section: string; entries: number }[];
}

/** The modules with their sections, in the order of the material. */
export function groupModules(
  rows: readonly { module: string; section: string; entries: number }[],
): ModuleChoice[] {
  const modules: ModuleChoice[] = [];
  for (const { module, section, entries } of rows) {
    let group = modules.find((other) => other.module === module);
    if (group === undefined) {
      group = { module, entries: 0, sections: [] };
      modules.push(group);
    }
    group.entries += entries;
    group.sections.push({ section, entries });
  }
  return modules;
}
