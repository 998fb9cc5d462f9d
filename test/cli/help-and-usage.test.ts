/** What every command shares: help with examples, and refusals of what it does not understand. */
import type { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { RecordingIo } from './recording-io.ts';
import { viva } from './run-viva.ts';

function pathsOf(command: Command, path: string[] = []): string[][] {
  return [path, ...command.commands.flatMap((child) => pathsOf(child, [...path, child.name()]))];
}
const commands = pathsOf(buildProgram(new RecordingIo())).map((path) => path.join(' '));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('every command', () => {
  it.each(commands)('"viva %s --help" shows examples that begin with the command', async (path) => {
    const { status, stdout, stderr } = await viva(...path.split(' ').filter(Boolean), '--help');
    expect(status).toBe(0);
    expect(stderr).toBe('');
    const examples = stdout.split(/^Examples?:$/m)[1] ?? '';
    expect(examples).toMatch(new RegExp(`^ {2}\\$ .*viva ${path}`, 'm'));
  });

  it.each(commands)('"viva %s" refuses an unknown option and says where help is', async (path) => {
    const { status, stdout, stderr } = await viva(...path.split(' ').filter(Boolean), '--no-such-option');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/unknown option '--no-such-option'/);
    expect(stderr).toContain('--help');
  });
});

describe('the command line', () => {
  it.each([['nope'], ['corpus', 'nope'], ['eval', 'nope']])(
    'refuses unknown commands: %s %s',
    async (...argv) => {
      const { status, stdout, stderr } = await viva(...argv.filter((word) => typeof word === 'string'));
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain("unknown command 'nope'");
    },
  );

  it.each([
    [['grade']],
    [['play']],
    [['eval', 'grading']],
    [['serve', '--port', '70000']],
    [['serve', '--port', '80a']],
    [['grade', 'code/15', 'x', '--lang', 'fr']],
    [['interview', '--questions', '0']],
    [['interview', '--difficulty', '6']],
    [['interview', '--mode', 'exam']],
    [['interview', '--kind', 'riddle']],
  ])('refuses %j with status 2', async (argv) => {
    expect(await viva(...argv)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: /),
    });
  });

  it('without a command shows the help, as a refusal', async () => {
    expect(await viva()).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Usage: viva/),
    });
  });

  it('prints its version', async () => {
    expect(await viva('--version')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('says in its help what each exit status means', async () => {
    const { stdout } = await viva('--help');
    for (const line of [
      /^ {2}0 +done/m,
      /^ {2}1 +failed/m,
      /^ {2}2 +the command line/m,
      /^ {2}3 +the material/m,
    ])
      expect(stdout).toMatch(line);
  });

  it.each(['serve', 'doctor', 'ingest', 'interview'])(
    'viva %s refuses a bad setting in one line',
    async (name) => {
      vi.stubEnv('PORT', 'http');
      expect(await viva(name)).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(/^viva: Bad setting: PORT="http": .*\n$/),
      });
    },
  );

  it("leaves the process's own exit status alone", async () => {
    await viva('corpus', 'lint', '/no/such/folder');
    expect(process.exitCode).toBeUndefined();
  });
});
