import { useId, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { limits } from '../../../src/protocol.ts';
import { fieldMayFocus } from '../page/by-keyboard.ts';
import { SendIcon, StopIcon } from '../page/icons.tsx';
import { useText } from '../text/text-context.tsx';
import { readDraft, writeDraft } from './draft.ts';
import { isSendKey } from './send-key.ts';

export interface ComposerProps {
  label: string;
  placeholder: string;
  /** Messages cannot be sent now; writing goes on. */
  busy: boolean;
  /** False when the text was not taken: it stays. */
  onSend: (text: string) => boolean | void;
  /** Under which name the text is kept over a reload; without one it is not. */
  draft?: string;
  /** Why nothing can be sent now, in words. */
  notice?: string | null;
  /** Stops the answer being written, when there is one. */
  onStop?: () => void;
  /** The text field, for who moves the focus to it. */
  field?: RefObject<HTMLTextAreaElement | null>;
  /** Takes the focus when it appears. */
  autoFocus?: boolean;
  children?: ReactNode;
}

/** From here the remaining characters are shown. */
const nearLimit = limits.messageChars - 2_000;

/** The field in which a candidate writes. */
export function Composer(props: ComposerProps) {
  const { label, placeholder, busy, onSend, onStop, autoFocus = false, children } = props;
  const { t } = useText();
  const foot = useId();
  const { draft, notice = null } = props;
  const [text, setText] = useState(() => (draft === undefined ? '' : readDraft(draft)));
  const write = (next: string) => {
    setText(next);
    if (draft !== undefined) writeDraft(draft, next);
  };
  const own = useRef<HTMLTextAreaElement>(null);
  const field = props.field ?? own;
  const left = limits.messageChars - text.length;
  const ready = !busy && text.trim() !== '' && left >= 0;
  const send = () => {
    if (!ready) return;
    // the button is about to be disabled, which would drop the focus
    if (fieldMayFocus()) field.current?.focus();
    if (onSend(text) !== false) write('');
  };
  useLayoutEffect(() => {
    if (field.current !== null) fitHeight(field.current);
  }, [text, field]);
  return (
    <div className="composer-bar">
      <div className="composer-inner">
        {children}
        <div className="composer">
          <textarea
            ref={field}
            rows={1}
            autoFocus={autoFocus}
            value={text}
            aria-label={label}
            aria-describedby={foot}
            aria-invalid={left < 0}
            placeholder={placeholder}
            enterKeyHint="send"
            onChange={(event) => write(event.target.value)}
            onKeyDown={(event) => {
              const { key, shiftKey, altKey, keyCode, nativeEvent } = event;
              if (!isSendKey({ key, shiftKey, altKey, keyCode, isComposing: nativeEvent.isComposing }))
                return;
              event.preventDefault();
              send();
            }}
          />
          {onStop !== undefined ? (
            <button
              type="button"
              className="send"
              aria-label={t.composer.stop}
              title={t.composer.stop}
              onClick={onStop}
            >
              <StopIcon />
            </button>
          ) : (
            <button
              type="button"
              className="send"
              aria-label={t.composer.send}
              title={t.composer.send}
              disabled={!ready}
              onClick={send}
            >
              <SendIcon />
            </button>
          )}
        </div>
        <p id={foot} className="composer-foot" data-over={left < 0 ? '' : undefined}>
          {text.length > nearLimit ? (
            <span role="status">{left >= 0 ? t.composer.left(left) : t.composer.over(-left)}</span>
          ) : notice !== null ? (
            <span role="status">{notice}</span>
          ) : (
            <span className="keys-hint">{t.composer.keys}</span>
          )}
        </p>
      </div>
    </div>
  );
}

/** The style sheet asks for it: see `field-sizing`. */
const fitsByItself = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content');

/**
 * As high as its text, within what the style sheet allows. Only where the browser cannot do it: measuring lays the whole
 * conversation out, twice for each key.
 */
function fitHeight(field: HTMLTextAreaElement): void {
  if (fitsByItself) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
