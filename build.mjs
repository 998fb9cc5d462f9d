// Builds what is out of date: dist/ from src/ (tsc, incremental) and web/dist from web/ (vite).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));

/** The time of the youngest file under a path, in milliseconds; 0 when there is none. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path)
    .filter((name) => name !== 'dist' && name !== 'node_modules')
    .reduce((time, name) => Math.max(time, newest(join(path, name))), 0);
}

function run(tool, args) {
  const bin = join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${tool}.cmd` : tool);
  const result = spawnSync(bin, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.error || result.status !== 0) {
    console.error(
      `build: '${tool} ${args.join(' ')}' failed in ${root}: ${result.error?.message ?? 'see above'}. Run 'npm ci' and try again.`,
    );
    process.exit(1);
  }
}

/** Brings dist/ and web/dist up to date; does nothing when they are. */
export async function build({ web = true } = {}) {
  const compiled = newest(join(root, 'dist', '.tsbuildinfo'));
  if (compiled <= Math.max(newest(join(root, 'src')), newest(join(root, 'tsconfig.build.json')))) {
    run('tsc', ['-p', 'tsconfig.build.json']);
    // an incremental run that finds nothing to do leaves the stamp old
    const { utimesSync } = await import('node:fs');
    const now = new Date();
    utimesSync(join(root, 'dist', '.tsbuildinfo'), now, now);
  }
  const page = newest(join(root, 'web', 'dist', 'index.html'));
  const pageSources = Math.max(newest(join(root, 'web')), newest(join(root, 'src', 'protocol.ts')));
  if (web && existsSync(join(root, 'web', 'index.html')) && page <= pageSources) {
    run('vite', ['build', 'web', '--logLevel', 'warn']);
  }
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) await build();
