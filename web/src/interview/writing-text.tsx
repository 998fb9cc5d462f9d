import { useEffect, useRef, useState } from 'react';
import { Markdown } from '../markdown/markdown.tsx';

/** Parsing the growing answer at each piece would cost more than reading it needs. */
const renderEveryMs = 120;

/** An answer while it is written. */
export function WritingText({ text }: { text: string }) {
  const [shown, setShown] = useState(text);
  const newest = useRef(text);
  useEffect(() => {
    newest.current = text;
  }, [text]);
  useEffect(() => {
    const timer = window.setInterval(() => setShown(newest.current), renderEveryMs);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <div className="said">
      <Markdown text={shown} />
    </div>
  );
}
