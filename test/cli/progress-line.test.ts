import { describe, expect, it } from 'vitest';
import { ProgressLine } from '../../src/cli/progress-line.ts';
import { RecordingIo } from './recording-io.ts';

describe('progress', () => {
  it('is a line now and then where nobody watches', () => {
    const io = new RecordingIo();
    const line = new ProgressLine(io, 'embedding', () => 0);
    for (let done = 1; done <= 100; done++) line.show(done, 100);
    line.end();
    expect(io.stderr.split('\n').filter(Boolean)).toHaveLength(10);
    expect(io.stderr).toContain('embedding 100/100\n');
    for (const mark of ['\r', '\u001B']) expect(io.stderr).not.toContain(mark);
  });

  it('is a bar that is drawn over at a terminal, and gone at the end', () => {
    const io = new RecordingIo(true);
    let time = 0;
    const line = new ProgressLine(io, 'embedding', () => time);
    for (const done of [0, 1, 2, 3, 4]) {
      line.show(done, 4);
      time += 1_000;
    }
    expect(io.stderr).toContain('2/4, 2 s left');
    expect(io.stderr).not.toContain('\n');
    line.say('a word');
    line.end();
    expect(io.stderr.endsWith('\r\u001B[2Ka word\n')).toBe(true);
  });

  it('shows nothing for no work', () => {
    const io = new RecordingIo(true);
    const line = new ProgressLine(io, 'embedding');
    line.show(0, 0);
    line.end();
    expect(io.stderr).toBe('');
  });
});
