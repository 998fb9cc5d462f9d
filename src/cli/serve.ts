/** `viva serve`: the server, wired to the settings. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, type Config } from '../config.ts';
import { VivaError } from '../errors.ts';
import { AccessKey } from '../server/access-key.ts';
import { createServer, type VivaServer } from '../server/create-server.ts';
import { isLoopbackAddress } from '../server/origin.ts';
import { createModelMetrics } from '../server/model-metrics.ts';
import { createLogger } from '../server/logger.ts';
import { openSqliteEventLog } from '../sessions/sqlite-event-log.ts';
import type { Io } from './io.ts';
import { lateBackend } from './late-backend.ts';
import { openBackend, type Backend } from './open-backend.ts';

interface Flags {
  readonly port?: number;
  readonly host?: string;
  readonly json?: true;
}

export function addServeCommand(program: Command, io: Io): void {
  program
    .command('serve')
    .description('start the coach: web page, socket and API on one port')
    .option('--port <port>', 'port to listen on, 0 for a free one (default: PORT)', parsePort)
    .option('--host <host>', 'address to listen on (default: HOST)')
    .option('--json', 'print one JSON object when it listens')
    .addHelpText('after', '\nExamples:\n  $ viva serve\n  $ viva serve --port 8080 --host 0.0.0.0')
    .action(async (flags: Flags) => {
      const config = loadConfig();
      await serve(config, { port: flags.port ?? config.port, host: flags.host ?? config.host }, flags, io);
    });
}

async function serve(
  config: Config,
  { port, host }: { port: number; host: string },
  flags: Flags,
  io: Io,
): Promise<void> {
  refuseOpenDoor(config, host);
  const logger = createLogger(config.logLevel);
  const late = lateBackend();
  const sessions = join(config.folders.data, 'viva.db');
  const log = openSqliteEventLog({
    file: sessions,
    now: Date.now,
    say: (message) => io.err(`viva: ${message}\n`),
  });
  const settings = serverSettings(config, logger);
  const modelMetrics = createModelMetrics(settings.registry);
  const server = createServer({ ...late, log, ...settings });
  let backend: Backend | null = null;
  try {
    // First the port: whoever finds it taken should not wait for the models to learn it.
    await server.listen(port, host);
    backend = await openBackend(config, {
      log,
      say: (message) => io.err(`viva: ${message}\n`),
      onFailure: (err, doing) => logger.warn({ err, doing }, 'a turn had to do without'),
      modelFolder: config.folders.data,
      onModelCall: modelMetrics.call,
      onModelUsage: modelMetrics.usage,
    });
    const { models } = backend;
    modelMetrics.watch({ endpoints: () => models.report(), today: () => models.today });
    late.open(backend);
    // Listened for before it is announced: whoever reads that may signal at once.
    const stop = signalled();
    announce(server, backend, config, sessions, flags, io);
    await stop;
    io.err('viva: stopping; running turns are finished first\n');
  } finally {
    await server.close();
    await backend?.close();
  }
}

/** @throws VivaError `config-invalid` when other machines could come in without a key */
function refuseOpenDoor(config: Config, host: string): void {
  if (config.accessKey !== null || isLoopbackAddress(host)) return;
  throw new VivaError(
    'config-invalid',
    `HOST=${host} lets other machines in, and there is no access key: set VIVA_ACCESS_KEY to 16 characters or more (openssl rand -base64 24), or listen on 127.0.0.1.`,
  );
}

function serverSettings(config: Config, logger: Logger) {
  const { perAddress } = config;
  return {
    logger,
    registry: new Registry(),
    now: () => performance.now(),
    wallClock: Date.now,
    keepDays: config.keepDays,
    newId: randomUUID,
    policy: { origins: config.origins, trustProxy: config.trustProxy },
    access: config.accessKey === null ? null : new AccessKey({ key: config.accessKey, now: Date.now }),
    lang: config.lang,
    web: config.folders.web,
    limits: {
      sessions: config.maxSessions,
      messagesPerMinute: config.messagesPerMinute,
      messagesPerMinutePerAddress: perAddress.messagesPerMinute,
      sessionsPerMinutePerAddress: perAddress.sessionsPerMinute,
      connectionsPerAddress: perAddress.sockets,
      requestsPerMinutePerAddress: perAddress.requestsPerMinute,
      turnsAtOnce: config.turnsAtOnce,
      turnsWaiting: config.turnsWaiting,
    },
  };
}

function announce(
  server: VivaServer,
  backend: Backend,
  config: Config,
  sessions: string,
  flags: Flags,
  io: Io,
): void {
  const { judge, chatModel, embeddings, vectorStore, warnings } = backend;
  const entries = backend.entries().size;
  if (config.trustProxy && config.accessKey === null) {
    io.err(
      'viva: behind a proxy without VIVA_ACCESS_KEY: whoever the proxy lets through can use this server\n',
    );
  }
  for (const warning of warnings) io.err(`viva: ${warning}\n`);
  if (flags.json === true) {
    const facts = {
      url: server.address,
      entries,
      judge,
      chatModel,
      embeddings,
      vectorStore,
      sessions,
      warnings,
    };
    io.out(`${JSON.stringify(facts)}\n`);
    return;
  }
  io.err(
    `viva: ${entries} questions; judge ${judge}; chat model ${chatModel ?? 'none, all runs locally'}; ` +
      `embeddings ${embeddings}; vectors ${vectorStore}; sessions in ${sessions}\n`,
  );
  io.out(`Viva is listening on ${server.address ?? 'nothing'}\n`);
}

/**
 * Resolves at the first SIGINT or SIGTERM; the second one ends the process at once. Before this is called
 * either one does, which is right: while the backend is being opened there is nothing to finish.
 */
async function signalled(): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = () => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}
