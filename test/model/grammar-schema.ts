/** A JSON schema cut down to what the grammars of node-llama-cpp can express; the rest of it is checked by whoever asked. */

const kept = new Set(['type', 'enum', 'const', 'minItems', 'required', 'additionalProperties', '$ref']);
/** Above it a limit costs more states than it is worth. */
const longestList = 40;

/** @param schema any JSON schema, draft 7 or 2020-12 */
export function grammarSchemaOf(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (kept.has(name)) out[name] = value;
    else if (name === 'maxItems' && Number(value) <= longestList) out[name] = value;
    else if (name === 'items') out[name] = grammarSchemaOf(value);
    else if (name === 'anyOf' || name === 'oneOf') out['oneOf'] = (value as unknown[]).map(grammarSchemaOf);
    else if (name === 'properties' || name === '$defs' || name === 'definitions') {
      out[name === 'definitions' ? '$defs' : name] = Object.fromEntries(
        Object.entries(value as object).map(([key, inner]) => [key, grammarSchemaOf(inner)]),
      );
    }
  }
  if (out['type'] === 'object') out['additionalProperties'] ??= false;
  return out;
}
