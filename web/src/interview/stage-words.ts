import type { AnswerStage } from '../../../src/protocol.ts';
import type { Text } from '../text/zh.ts';

/** What a chat model is at, in words. */
export function stageWords(stage: AnswerStage, words: Text['stages']): string {
  switch (stage.kind) {
    case 'searching':
      return words.searching(stage.query);
    case 'reading':
      return words.reading(stage.question);
    case 'thinking':
    case 'topics':
    case 'results':
    case 'writing':
      return words[stage.kind];
  }
}
