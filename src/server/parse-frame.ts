/** Reads one frame of a client. */
import { z } from 'zod';
import { VivaError } from '../errors.ts';
import { clientMessageSchema, limits, protocolVersion, type ClientMessage } from '../protocol.ts';

export type ParsedFrame =
  | { readonly ok: true; readonly message: ClientMessage }
  /** `id` is the frame's own id when it has a readable one, so that the client knows what was refused. */
  | { readonly ok: false; readonly id: string | undefined; readonly error: VivaError };

const envelopeSchema = z.looseObject({ v: z.unknown(), id: z.unknown() });
const idSchema = z
  .string()
  .min(1)
  .max(limits.idChars)
  .regex(/^[\w.:-]+$/);

/** Parses a text frame; never throws. Nothing of what the client sent stands in the error's message but field names. */
export function parseFrame(text: string): ParsedFrame {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refuse(
      undefined,
      'frame-invalid',
      'The frame is not JSON: send one JSON object per text frame.',
      cause,
    );
  }
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) {
    return refuse(undefined, 'frame-invalid', 'The frame is not a JSON object: send one object per frame.');
  }
  const id = idSchema.safeParse(envelope.data.id).data;
  const { v } = envelope.data;
  if (typeof v === 'number' && v !== protocolVersion) {
    return refuse(
      id,
      'protocol-version',
      `The frame speaks protocol ${v}; this server speaks ${protocolVersion}: reload the page, or update the client.`,
    );
  }
  const parsed = clientMessageSchema.safeParse(json);
  if (parsed.success) return { ok: true, message: parsed.data };
  const issue = parsed.error.issues[0];
  if (issue?.code === 'too_big' && issue.path[0] === 'text') {
    return refuse(
      id,
      'payload-too-large',
      `The message is longer than ${limits.messageChars} characters: send it in parts.`,
      parsed.error,
    );
  }
  const where = issue === undefined || issue.path.length === 0 ? 'the frame' : issue.path.join('.');
  return refuse(
    id,
    'frame-invalid',
    `The frame does not fit the protocol at ${where.slice(0, 80)} (${issue?.code ?? 'unknown'}): see docs/protocol.md.`,
    parsed.error,
  );
}

function refuse(
  id: string | undefined,
  code: 'frame-invalid' | 'protocol-version' | 'payload-too-large',
  message: string,
  cause?: unknown,
): ParsedFrame {
  return { ok: false, id, error: new VivaError(code, message, cause === undefined ? {} : { cause }) };
}
