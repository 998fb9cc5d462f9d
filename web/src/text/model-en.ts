import type { modelZh } from './model-zh.ts';

/** What the page says of the chat model's settings, in English. */
export const modelEn: typeof modelZh = {
  title: 'Language model',
  lede: 'Any model behind an OpenAI-compatible interface will do, hosted or on your own machine. Everything works without one too: the local judge grades then.',
  owner:
    'These settings hold for the whole server; whoever runs it should make them. The server sends questions and replies to this address.',
  source: {
    environment:
      'The model is set by VIVA_MODEL in the environment of the server and cannot be changed here.',
    page: 'The model that was set in the page is in use.',
    none: 'No language model is in use.',
  },
  open: 'Anyone who reaches this server could change this, so it cannot be set in the page. Set VIVA_ACCESS_KEY first, or let the server listen on this machine alone, without a proxy.',
  url: 'Address',
  urlHint: 'Mostly ends in /v1, like http://127.0.0.1:11434/v1',
  model: 'Model',
  fallback: 'Stand-in (optional)',
  fallbackHint: 'Another model at the same address, asked when the first one fails.',
  key: 'Key',
  keyHint: 'Servers of your own mostly need none. It stays on the server and is never shown again.',
  keySet: 'A key is set. Leave this empty to keep it; another server needs it typed in again.',
  test: 'Test',
  testing: 'Trying it out, this may take a minute…',
  save: 'Save and use',
  saved: 'Saved, and in use from now on.',
  remove: 'Remove model and key',
  removed: 'Removed.',
  passed: (seconds) => `It works (${seconds} s).`,
  notPassed: 'It cannot be used:',
  states: { probing: 'being tried out', known: 'ready', away: 'away, tried again by itself' },
  resting: 'failed repeatedly, left alone for a while',
  roles: { primary: 'Model', fallback: 'Stand-in' },
  today: (tokens, limit) =>
    limit === null ? `${tokens} tokens today (UTC).` : `${tokens} of ${limit} tokens today (UTC).`,
  can: 'Can',
  cannot: 'Cannot',
  capabilities: {
    streaming: 'streaming',
    jsonSchema: 'JSON schema',
    jsonMode: 'JSON mode',
    toolCalls: 'tool calls',
    forcedTool: 'a forced tool',
    usage: 'usage',
    streamUsage: 'usage in streams',
    systemRole: 'system messages',
    temperature: 'temperature',
  },
};
