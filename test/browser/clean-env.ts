/// <reference types="node" />
/** The environment without settings of whoever runs the suite, and without the suite's own. */
export function cleanEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIVA_')));
}
