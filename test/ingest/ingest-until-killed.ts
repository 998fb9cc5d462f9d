// Ingests, and is killed at the given moment: a step of the ingestion, or a number of milliseconds after it wrote something.
import { ingest } from '../../src/ingest/ingest.ts';
import { bigramTokenizer } from '../../src/retrieval/tokenize.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';

const [, , corpusFolder, indexFolder, moment] = process.argv;
const die = () => process.kill(process.pid, 'SIGKILL');

await ingest({
  corpusFolder: corpusFolder!,
  indexFolder: indexFolder!,
  cacheFile: `${indexFolder}/embeddings.bin`,
  embeddings: new HashEmbeddings(),
  tokenizer: bigramTokenizer(),
  onProgress: ({ step }) => {
    if (step === moment) die();
    if (step === 'write' && moment!.endsWith('ms')) setTimeout(die, Number.parseInt(moment!, 10));
  },
});
