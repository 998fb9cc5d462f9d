import { useEffect, useState } from 'react';
import type { QuestionItem } from '../connection/items.ts';
import { scrollBehavior } from '../markdown/reveal-within.ts';
import { byKeyboard } from '../page/by-keyboard.ts';
import { useText } from '../text/text-context.tsx';

/** The question to answer, in one line above the field, while the question itself is out of sight. */
export function OpenQuestion({ question }: { question: QuestionItem }) {
  const { t } = useText();
  const [inView, setInView] = useState(true);
  const [focused, setFocused] = useState(false);
  useEffect(() => {
    const element = questionElement(question.seq);
    if (element === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => setInView(entry?.isIntersecting ?? true), {
      threshold: 0.5,
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [question.seq]);
  // who is on it by keyboard, while the page scrolls below, must not lose their place
  if (inView && !focused) return null;
  const show = () => {
    questionElement(question.seq)?.scrollIntoView({ block: 'center', behavior: scrollBehavior() });
  };
  return (
    <button
      type="button"
      className="open-question"
      onClick={show}
      onFocus={() => setFocused(byKeyboard())}
      onBlur={() => setFocused(false)}
      title={question.text}
    >
      <span className="overline">
        {question.followUp
          ? t.conversation.followUp
          : t.conversation.question(question.number, question.total)}
      </span>
      <span className="open-question-text">{question.text}</span>
    </button>
  );
}

function questionElement(seq: number): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.place-interview [data-seq='${seq}']`);
}
