import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../src/errors.ts';
import { clientMessageSchema, limits, serverFrameSchema } from '../../src/protocol.ts';
import { defaultLimits } from '../../src/server/server-limits.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const errors = readFileSync(join(docs, 'errors.md'), 'utf8');
const protocol = readFileSync(join(docs, 'protocol.md'), 'utf8');

describe('docs/errors.md', () => {
  it('has a heading for every code, in the order of the code, and no other', () => {
    const headings = [...errors.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual([...errorCodes]);
  });

  it('says something under every heading', () => {
    for (const section of errors.split(/^## /m).slice(1)) {
      expect(section.split('\n').slice(1).join(' ').trim().length).toBeGreaterThan(20);
    }
  });
});

describe('docs/protocol.md', () => {
  it('names every frame of both sides', () => {
    for (const schema of [clientMessageSchema, serverFrameSchema]) {
      for (const option of schema.options) expect(protocol).toContain(`\`${option.shape.type.value}\``);
    }
  });

  it('gives the limits as they are', () => {
    const { framesPerTenSeconds, messagesPerMinute, messagesPerMinutePerAddress, connectionsPerAddress } =
      defaultLimits;
    for (const fact of [
      `| frame | ${defaultLimits.frameBytes / 1024} KiB |`,
      `| message | ${limits.messageChars.toLocaleString('en')} characters |`,
      `| ${messagesPerMinute} a minute and session, ${messagesPerMinutePerAddress} a minute and address |`,
      `| frames | ${framesPerTenSeconds} in 10 s and connection |`,
      `| new sessions | ${defaultLimits.sessionsPerMinutePerAddress} a minute and address |`,
      `| wrong tokens | ${defaultLimits.wrongTokensPerMinutePerAddress} a minute and address |`,
      `| REST requests | ${defaultLimits.requestsPerMinutePerAddress} a minute and address |`,
      `| sockets | ${connectionsPerAddress} an address, ${defaultLimits.connections.toLocaleString('en')} in all |`,
      `| sessions | ${defaultLimits.sessionsPerConnection} a connection, ${defaultLimits.sessions.toLocaleString('en')} connected in all |`,
      `| messages waiting in a session | ${defaultLimits.turnsPerSession} |`,
      `| messages waiting for a turn | ${defaultLimits.turnsWaiting} in all |`,
      `| queued for a slow reader | ${defaultLimits.bufferedBytes / 1024 / 1024} MiB |`,
      `a ping every ${defaultLimits.heartbeatMs / 1000} s`,
    ]) {
      expect(protocol).toContain(fact);
    }
  });
});
