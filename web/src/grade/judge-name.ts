import type { Text } from '../text/zh.ts';

/** A judge as people call it: the bundled ones by what they are, a chat model by its name. */
export function judgeName(id: string, t: Text): string {
  return isLocalJudge(id) ? t.grade.localJudge : id;
}

/** The judge that the trust card is about. */
export function isLocalJudge(id: string): boolean {
  return id.startsWith('statements/');
}
