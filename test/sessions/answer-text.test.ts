import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/protocol.ts';
import { answerText } from '../../src/sessions/answer-text.ts';

const cited = (entryId: string, question: string) => ({
  entryId,
  question,
  referenceSpan: { start: 0, end: 4, text: 'span', lang: 'en' as const },
});

describe('the text of an answer', () => {
  it('numbers its entries in the order they are first cited, each once', () => {
    const answer: Answer = {
      kind: 'answered',
      author: 'local',
      sentences: [
        { text: 'B is zero.', citations: [cited('llm/05', 'How is LoRA started?')] },
        {
          text: 'So is the product.',
          citations: [cited('llm/01', 'What is LoRA?'), cited('llm/05', 'How is LoRA started?')],
        },
        {
          text: 'Once more.',
          citations: [cited('llm/05', 'How is LoRA started?'), cited('llm/05', 'How is LoRA started?')],
        },
      ],
    };
    expect(answerText(answer)).toBe(
      'B is zero. [1]\nSo is the product. [2][1]\nOnce more. [1]\n\n- [1] How is LoRA started? (llm/05)\n- [2] What is LoRA? (llm/01)',
    );
  });

  it('names the nearest topics of a refusal', () => {
    const refused = { kind: 'refused', text: 'Not covered.' } as const;
    expect(answerText({ ...refused, nearest: [{ entryId: 'llm/01', question: 'What is LoRA?' }] })).toBe(
      'Not covered.\n\n- What is LoRA? (llm/01)',
    );
    expect(answerText({ ...refused, nearest: [] })).toBe('Not covered.');
  });
});
