/** The index folder: a whole generation in use at any moment, and nothing left of dead ones once a server has run. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { House } from './house.ts';

/** To be called when nobody ingests: the generation that the pointer names is as its manifest says, byte for byte. */
export function checkIndexFiles({ index }: House): string[] {
  const pointer = join(index, 'current');
  if (!existsSync(pointer)) return [];
  const name = readFileSync(pointer, 'utf8').trim();
  const folder = join(index, 'generations', name);
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      files: Record<string, { bytes: number; sha256: string }>;
    };
    return Object.entries(manifest.files).flatMap(([file, { bytes, sha256 }]) => {
      const content = readFileSync(join(folder, file));
      const whole = content.length === bytes && createHash('sha256').update(content).digest('hex') === sha256;
      return whole ? [] : [`generation ${name}: ${file} is not what its manifest says`];
    });
  } catch (error) {
    return [`generation ${name} is in use and cannot be read: ${String(error)}`];
  }
}

/** Waits for the server's own ingestion, then: queries work, they know the latest change, and the folder is clean. */
export async function checkIndexInUse(url: string, house: House, patienceMs: number): Promise<string[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const faults = [...leftovers(house), ...(await checkQueries(url, house))];
    if (faults.length === 0) return checkIndexFiles(house);
    if (performance.now() > deadline) return faults;
    await sleep(150);
  }
}

/** What an ingestion that is under way or dead has in the index folder beside the one generation in use. */
export function leftovers({ index }: House): string[] {
  const expected = ['current', 'embeddings.bin', 'generations'];
  const strange = readdirSync(index).filter((name) => !expected.includes(name));
  const faults = strange.map((name) => `${name} was left behind in the index folder`);
  const generations = existsSync(join(index, 'generations')) ? readdirSync(join(index, 'generations')) : [];
  if (generations.length !== 1)
    faults.push(`the index has ${generations.length} generations: ${generations.join(', ')}`);
  return faults;
}

async function checkQueries(url: string, house: House): Promise<string[]> {
  const wording = house.wording === '' ? 'why is lora B initialized to zero' : house.wording;
  const response = await fetch(`${url}/api/search?lang=en&limit=3&q=${encodeURIComponent(wording)}`);
  if (response.status !== 200) return [`a search answers ${response.status}: ${await response.text()}`];
  const { hits } = (await response.json()) as { hits: { entry: { id: string }; excerpt: string }[] };
  const [best] = hits;
  if (best?.entry.id === house.changingId && best.excerpt === wording) return [];
  return [`a search for "${wording}" finds ${best?.entry.id ?? 'nothing'}: "${best?.excerpt ?? ''}"`];
}
