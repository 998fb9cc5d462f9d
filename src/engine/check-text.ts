/** What a message's text must be before it is stored. */
import { VivaError } from '../errors.ts';
import { limits } from '../protocol.ts';

/**
 * This many marks on one character are no writing: Unicode's stream-safe format allows 30 (UAX #15). Putting more into
 * order takes their number squared, wherever the text is normalised.
 */
const tooManyMarks = /\p{M}{31}/u;

/**
 * Refuses text that cannot be stored, graded and shown as it is; nothing is repaired quietly.
 * @throws VivaError `frame-invalid`
 */
export function checkText(text: string): void {
  if (text.length > limits.messageChars) {
    throw new VivaError(
      'frame-invalid',
      `text: ${text.length} characters; a message may have ${limits.messageChars} at most. Send it in parts.`,
    );
  }
  const nul = text.indexOf('\u0000');
  if (nul >= 0) {
    throw new VivaError(
      'frame-invalid',
      `text: a NUL character at ${nul}; remove it and send the message again.`,
    );
  }
  const lone = text.search(/\p{Surrogate}/u);
  if (lone >= 0) {
    throw new VivaError(
      'frame-invalid',
      `text: half a character (a lone surrogate) at ${lone}; the text was cut or broken on its way, send it again.`,
    );
  }
  const marks = text.search(tooManyMarks);
  if (marks >= 0) {
    throw new VivaError(
      'frame-invalid',
      `text: more than 30 marks on one character at ${marks}; remove them and send the message again.`,
    );
  }
}
