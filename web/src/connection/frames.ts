import { serverFrameSchema, type ServerFrame } from '../../../src/protocol.ts';

/** What a candidate may know of an error, as the server sends it in frames and REST answers. */
export type PublicError = Extract<ServerFrame, { type: 'error' }>['error'];

/** Reads one socket message; null when it is no frame of this protocol version. */
export function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null;
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    // not JSON is one way of not being a frame; the caller shows it
    return null;
  }
  const parsed = serverFrameSchema.safeParse(json);
  return parsed.success ? parsed.data : null;
}
