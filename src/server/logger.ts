/** The server's log: JSON lines, without what candidates say and without tokens. */
import { pino, type DestinationStream, type Logger, type LevelWithSilent } from 'pino';

/** Fields that never reach the log, wherever a careless line puts them. */
const secrets = ['token', 'tokenHash', 'authorization', 'cookie', 'apiKey', 'text', 'reply', 'question'];

/** @param stream default: stderr, so that stdout carries data alone. */
export function createLogger(level: LevelWithSilent, stream?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    stream ?? pino.destination({ dest: 2, sync: false }),
  );
}
