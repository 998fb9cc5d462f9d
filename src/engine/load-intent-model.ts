/** Reads the intent model from its folder, `models/intent`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IntentModel, intentModelFileSchema } from '../coach/intent-model.ts';
import { VivaError } from '../errors.ts';

/** @throws VivaError `model-missing` or `model-corrupt`, naming the file. */
export async function loadIntentModel(dir: string): Promise<IntentModel> {
  const file = join(dir, 'model.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new VivaError('model-missing', `No intent model at ${file}: restore it from the repository.`, {
      cause,
    });
  });
  try {
    return new IntentModel(intentModelFileSchema.parse(JSON.parse(text)));
  } catch (cause) {
    throw new VivaError(
      'model-corrupt',
      `${file} is not an intent model of this version: restore it from the repository.`,
      {
        cause,
      },
    );
  }
}
