/** The small model that two environment variables name; docs/model-mode.md says how to get its parts. */
import { SmallModel, type SmallModelOptions } from './small-model.ts';

export const settings = { library: 'VIVA_SMALL_MODEL_LIBRARY', file: 'VIVA_SMALL_MODEL_FILE' };

/** Whether both are set. */
export function smallModelIsNamed(): boolean {
  return Boolean(process.env[settings.library] && process.env[settings.file]);
}

/** @throws when they are not set, or what they name is not there */
export async function openSmallModel(
  options: Pick<SmallModelOptions, 'threads' | 'contextSize'> = { threads: 2, contextSize: 8_192 },
): Promise<SmallModel> {
  const libraryFolder = process.env[settings.library];
  const file = process.env[settings.file];
  if (!libraryFolder || !file) {
    throw new Error(
      `${settings.library} (a folder with node-llama-cpp) and ${settings.file} (a GGUF file) are not set; see docs/model-mode.md.`,
    );
  }
  return SmallModel.load({ libraryFolder, file, ...options });
}
