/** What every event log does, whatever it stores events in: run by each implementation's test. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/protocol.ts';
import type { EventLog } from '../../src/sessions/event-log.ts';
import { created, received, said } from './events.ts';

export interface EventLogHarness {
  /** Opens the log; two logs opened on one harness see the same sessions. */
  open(now: () => number): Promise<EventLog>;
  /** Removes what the harness stored. */
  cleanUp(): Promise<void>;
}

export function describeEventLog(name: string, makeHarness: () => Promise<EventLogHarness>): void {
  describe(`event log: ${name}`, () => {
    let harness: EventLogHarness;
    let log: EventLog;
    let time: number;
    const open: EventLog[] = [];
    const openLog = async () => {
      const opened = await harness.open(() => time);
      open.push(opened);
      return opened;
    };

    beforeEach(async () => {
      time = 1_700_000_000_000;
      harness = await makeHarness();
      log = await openLog();
    });
    afterEach(async () => {
      for (const opened of open.splice(0)) await opened.close();
      await harness.cleanUp();
    });

    it('numbers events from 1 without gaps, over several appends', async () => {
      await log.create('s', 'hash', [created, said('hello')]);
      await log.append('s', 2, [received('m1'), said('x')]);
      await log.append('s', 4, [said('y')]);
      const events = await log.read('s');
      expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5]);
      expect(events.map((event) => event.type)).toEqual([
        'session.created',
        'coach.said',
        'message.received',
        'coach.said',
        'coach.said',
      ]);
    });

    it('returns events exactly as it reads them later', async () => {
      const first = await log.create('s', 'hash', [created]);
      const second = await log.append('s', 1, [received('m1', '零初始化 B = 0 \u0000 \ud800 \u202e 🎓')]);
      expect(await log.read('s')).toEqual([...first, ...second]);
    });

    it('keeps sessions apart', async () => {
      await log.create('a', 'hash-a', [created, said('a')]);
      await log.create('b', 'hash-b', [created]);
      await log.append('b', 1, [received('m1', 'b')]);
      await log.append('a', 2, [received('m1', 'a')]);
      expect((await log.read('a')).map((event) => event.seq)).toEqual([1, 2, 3]);
      expect((await log.read('b')).map((event) => event.seq)).toEqual([1, 2]);
      expect(await log.tokenHash('a')).toBe('hash-a');
      expect(await log.tokenHash('b')).toBe('hash-b');
    });

    it('reads on from any number', async () => {
      await log.create('s', 'hash', [created, said('a'), said('b'), said('c')]);
      expect((await log.read('s', 2)).map((event) => event.seq)).toEqual([3, 4]);
      expect(await log.read('s', 4)).toEqual([]);
      expect(await log.read('s', 99)).toEqual([]);
    });

    it('stores all events of an append or none', async () => {
      await log.create('s', 'hash', [created]);
      await log.append('s', 1, [received('m1')]);
      await expect(log.append('s', 2, [said('before'), received('m1'), said('after')])).rejects.toMatchObject(
        {
          code: 'message-conflict',
        },
      );
      expect((await log.read('s')).map((event) => event.seq)).toEqual([1, 2]);
      await log.append('s', 2, [said('on')]);
      expect((await log.read('s')).map((event) => event.seq)).toEqual([1, 2, 3]);
    });

    it('refuses an event that does not fit the protocol, and stores nothing', async () => {
      await log.create('s', 'hash', [created]);
      const bad = { type: 'coach.said', text: 'x', about: 'nonsense' } as unknown as NewEvent;
      await expect(log.append('s', 1, [said('good'), bad])).rejects.toMatchObject({ code: 'internal' });
      expect(await log.read('s')).toHaveLength(1);
    });

    it('finds a message by its client id, and stores an id once per session', async () => {
      await log.create('s', 'hash', [created]);
      await log.append('s', 1, [said('x'), received('m1')]);
      expect(await log.findMessage('s', 'm1')).toBe(3);
      expect(await log.findMessage('s', 'm2')).toBeNull();
      expect(await log.findMessage('other', 'm1')).toBeNull();
      await expect(log.append('s', 3, [received('m1')])).rejects.toMatchObject({ code: 'message-conflict' });
    });

    it('refuses an append to a session that has moved on', async () => {
      await log.create('s', 'hash', [created]);
      await log.append('s', 1, [said('x')]);
      await expect(log.append('s', 1, [said('late')])).rejects.toMatchObject({ code: 'message-conflict' });
      await expect(log.append('s', 7, [said('early')])).rejects.toMatchObject({ code: 'message-conflict' });
      expect(await log.read('s')).toHaveLength(2);
    });

    it('lets one of two concurrent appends win', async () => {
      const other = await openLog();
      await log.create('s', 'hash', [created]);
      for (let seq = 1; seq <= 10; seq += 1) {
        const results = await Promise.allSettled([
          log.append('s', seq, [said('one')]),
          other.append('s', seq, [said('two')]),
        ]);
        expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
        const lost = results.find((result) => result.status === 'rejected');
        expect(lost?.reason).toMatchObject({ code: 'message-conflict' });
      }
      const events = await log.read('s');
      expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      expect(await other.read('s')).toEqual(events);
    });

    it('says session-not-found for a session that is not there', async () => {
      await expect(log.read('none')).rejects.toMatchObject({ code: 'session-not-found' });
      await expect(log.append('none', 0, [created])).rejects.toMatchObject({ code: 'session-not-found' });
      expect(await log.tokenHash('none')).toBeNull();
    });

    it('refuses to create a session twice', async () => {
      await log.create('s', 'hash', [created]);
      await expect(log.create('s', 'other', [created])).rejects.toMatchObject({ code: 'message-conflict' });
      expect(await log.tokenHash('s')).toBe('hash');
      expect(await log.read('s')).toHaveLength(1);
    });

    it('never stamps an event before the one it follows, when the clock is set back', async () => {
      await log.create('s', 'hash', [created]);
      time += 5_000;
      await log.append('s', 1, [said('x')]);
      time -= 3_600_000;
      await log.append('s', 2, [said('y')]);
      time += 3_600_001;
      await log.append('s', 3, [said('z')]);
      const at = (await log.read('s')).map((event) => event.at - 1_700_000_000_000);
      expect(at).toEqual([0, 5_000, 5_000, 5_001]);
    });

    it('lists sessions, the youngest first, as many as asked for', async () => {
      for (const id of ['a', 'b', 'c']) {
        await log.create(id, 'hash', [created, said('x')]);
        time += 1_000;
      }
      await log.append('a', 2, [said('y')]);
      expect(await log.list(2)).toEqual([
        { sessionId: 'c', createdAt: 1_700_000_002_000, lastSeq: 2 },
        { sessionId: 'b', createdAt: 1_700_000_001_000, lastSeq: 2 },
      ]);
      expect((await log.list(10)).map(({ sessionId, lastSeq }) => [sessionId, lastSeq])).toEqual([
        ['c', 2],
        ['b', 2],
        ['a', 3],
      ]);
    });

    it('finds the sessions in which a reply waits for its grade, the longest waiting first', async () => {
      const graded = (replySeq: number, state: 'graded' | 'provisional' | 'ungraded'): NewEvent => ({
        type: 'reply.graded',
        entryId: 'a/1',
        replySeq,
        scope: 'question',
        aided: false,
        grade: {
          state,
          total: state === 'ungraded' ? null : 5,
          verdicts: [],
          misconceptions: [],
          judge: 'j',
        },
        feedback: '',
        lang: 'en',
      });
      await log.create('waits', 'hash', [created, received('m1'), graded(2, 'graded'), received('m2')]);
      await log.create('refined', 'hash', [created, received('m1'), graded(2, 'provisional')]);
      await log.create('first', 'hash', [created, received('m1'), graded(2, 'ungraded')]);
      await log.create('done', 'hash', [created, received('m1'), graded(2, 'graded')]);
      time += 1_000;
      await log.append('waits', 4, [graded(4, 'provisional')]);
      await log.append('refined', 3, [graded(2, 'graded')]);
      expect(await log.waiting(10)).toEqual(['first', 'waits']);
      expect(await log.waiting(1)).toEqual(['first']);
      await log.remove('first');
      expect(await log.waiting(10)).toEqual(['waits']);
    });

    it('removes a session with everything stored of it, and no other', async () => {
      await log.create('a', 'hash', [created, received('m1')]);
      await log.create('b', 'hash', [created, received('m1')]);
      await log.remove('a');
      await expect(log.read('a')).rejects.toMatchObject({ code: 'session-not-found' });
      expect(await log.findMessage('a', 'm1')).toBeNull();
      expect(await log.read('b')).toHaveLength(2);
      await log.create('a', 'new', [created]);
      expect(await log.read('a')).toHaveLength(1);
      await log.remove('none');
    });

    it('keeps what was stored after it is closed and opened again', async () => {
      await log.create('s', 'hash', [created, received('m1')]);
      const before = await log.read('s');
      await log.close();
      await log.close();
      await expect(log.append('s', 2, [said('x')])).rejects.toMatchObject({ code: 'storage-failed' });
      const again = await openLog();
      expect(await again.read('s')).toEqual(before);
      expect(await again.tokenHash('s')).toBe('hash');
    });

    it('takes ids and texts that look like SQL as what they are', async () => {
      const id = `'; DROP TABLE events; --`;
      await log.create(id, 'hash', [created, received('m1', id)]);
      expect(await log.read(id)).toHaveLength(2);
    });
  });
}
