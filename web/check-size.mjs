// Sizes of the built page, gzipped as the server sends it; fails when what comes before the first paint is too large.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Bytes that may come before the page is usable: index.html, its scripts and style sheets, and what they import at once. */
const budget = 200_000;

const dist = join(dirname(fileURLToPath(import.meta.url)), 'dist');

function read(file) {
  try {
    return readFileSync(join(dist, file), 'utf8');
  } catch (cause) {
    console.error(
      `check:size: ${join('web/dist', file)} cannot be read: run 'npm run build' first. ${cause.message}`,
    );
    process.exit(1);
  }
}

const gzipped = (file) => gzipSync(read(file), { level: 9 }).length;

/** A file and the modules that it imports statically; `import(...)` comes later and does not count. */
function withImports(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith('.js')) return seen;
  for (const [, name] of read(file).matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)) {
    withImports(join(dirname(file), name), seen);
  }
  return seen;
}

const page = read('index.html');
const named = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file);
if (!named.some((file) => file.endsWith('.js'))) {
  console.error('check:size: web/dist/index.html names no script: is the build whole?');
  process.exit(1);
}
const first = new Set(['index.html', ...named.flatMap((file) => [...withImports(file)])]);
const later = readdirSync(join(dist, 'assets'))
  .map((file) => join('assets', file))
  .filter((file) => /\.(js|css)$/.test(file) && !first.has(file));

const row = (file) => console.log(`  ${file.padEnd(36)} ${String(gzipped(file)).padStart(9)} B gzipped`);
const sum = (files) => files.reduce((bytes, file) => bytes + gzipped(file), 0);
console.log('before the first paint:');
[...first].forEach(row);
console.log('fetched after it:');
later.forEach(row);
const total = sum([...first]);
console.log(`first load ${total} B of ${budget} B; later ${sum(later)} B`);
if (total > budget) {
  console.error(
    `check:size: the first load is ${total - budget} B over its budget: load what is not needed at once with import().`,
  );
  process.exitCode = 1;
}
