/** What a chat model is at for an answer, as one line that the next one overwrites. */
import type { AnswerStage, Lang } from '../protocol.ts';
import type { Io } from './io.ts';

const words: Readonly<Record<Lang, (stage: AnswerStage) => string>> = {
  zh: (stage) => {
    switch (stage.kind) {
      case 'searching':
        return `正在检索“${stage.query}”…`;
      case 'reading':
        return `正在阅读《${stage.question}》…`;
      case 'topics':
        return '正在查看题库目录…';
      case 'results':
        return '正在查看你的成绩…';
      case 'thinking':
        return '正在思考…';
      case 'writing':
        return '正在作答…';
    }
  },
  en: (stage) => {
    switch (stage.kind) {
      case 'searching':
        return `searching for "${stage.query}" …`;
      case 'reading':
        return `reading "${stage.question}" …`;
      case 'topics':
        return 'looking through the topics …';
      case 'results':
        return 'looking at your results …';
      case 'thinking':
        return 'thinking …';
      case 'writing':
        return 'writing …';
    }
  },
};

/** Told of stages; silent where nobody sits at a terminal. */
export function stageLine(
  io: Io,
  lang: Lang,
): { readonly onStage: (stage: AnswerStage) => void; readonly end: () => void } {
  let shown = false;
  const clear = () => {
    if (shown) io.err('\r\u001B[K');
    shown = false;
  };
  return {
    onStage(stage) {
      if (!io.interactive) return;
      clear();
      // A query is a model's words: nothing in it may steer the terminal.
      io.err(
        words[lang](stage)
          .replace(/\p{Cc}/gu, ' ')
          .slice(0, 70),
      );
      shown = true;
    },
    end: clear,
  };
}
