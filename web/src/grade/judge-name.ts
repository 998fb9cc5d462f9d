import type { Text } from '../text/zh.ts';

/** A judge as people call it: the bundled ones by what they are, a chat model by its name. */
export function judgeName(id: string, t: Text): string {
  return id.startsWith('statements/') ? t.grade.localJudge : id;
}
