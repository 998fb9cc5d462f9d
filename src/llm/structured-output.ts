/** Structured answers of chat models: what to ask for, and how to read what comes. */
import { z } from 'zod';

/** JSON Schema (draft 7) of what is asked for. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { target: 'draft-7' });
  return described;
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly complaint: string };

/**
 * Reads one JSON value out of a model's text and checks it. Fences, a `<think>` part and
 * words around the value are passed over; nothing inside the value is mended.
 */
export function parseStructured<T>(text: string, schema: z.ZodType<T>): Parsed<T> {
  const body = text.replace(/^\s*<think>[\s\S]*?<\/think>/u, '').trim();
  const fenced = /```(?:json)?[^\S\n]*\n([\s\S]*?)\n?```/u.exec(body)?.[1];
  const braced = body.includes('{') ? body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1) : undefined;
  for (const candidate of [body, fenced, braced]) {
    if (candidate === undefined) continue;
    let value: unknown;
    try {
      value = JSON.parse(candidate);
    } catch {
      continue; // The next reading may be JSON.
    }
    const checked = schema.safeParse(value);
    if (checked.success) return { ok: true, value: checked.data };
    return { ok: false, complaint: z.prettifyError(checked.error) };
  }
  return { ok: false, complaint: 'The answer is not a JSON value.' };
}
