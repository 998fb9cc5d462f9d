/** Stands for the backend while it is being opened: the port is taken and the page served meanwhile. */
import { VivaError } from '../errors.ts';
import type { ServerDeps } from '../server/create-server.ts';
import type { Backend } from './open-backend.ts';

export type LateBackend = Pick<
  ServerDeps,
  'engine' | 'retriever' | 'entries' | 'about' | 'unready' | 'inference' | 'talk' | 'modelSettings'
> & {
  open(backend: Backend): void;
};

/** Until `open`, everything that needs the backend answers `overloaded`, which clients retry. */
export function lateBackend(): LateBackend {
  let backend: Backend | null = null;
  const opened = (): Backend => {
    if (backend) return backend;
    throw new VivaError('overloaded', 'The server is starting: models and index are being loaded.', {
      retryAfterSeconds: 2,
    });
  };
  return {
    open(ready) {
      backend = ready;
    },
    engine: {
      createSession: async (options) => opened().engine.createSession(options),
      handleMessage: async (...message) => opened().engine.handleMessage(...message),
      startInterview: async (...start) => opened().engine.startInterview(...start),
      recover: async (...session) => opened().engine.recover(...session),
      regrade: async (...session) => opened().engine.regrade(...session),
      cancel: (sessionId) => opened().engine.cancel(sessionId),
      idle: async (sessionId) => opened().engine.idle(sessionId),
    },
    retriever: { retrieve: async (...query) => opened().retriever.retrieve(...query) },
    entries: () => opened().entries(),
    about() {
      const { judge, chatModel, warnings } = opened();
      return { judge, chatModel, warnings: [...warnings] };
    },
    inference: () => backend?.inference() ?? null,
    talk: () => backend?.talk() ?? [],
    modelSettings: () => backend?.modelSettings ?? null,
    unready: () => (backend ? [] : ['models and index are being loaded']),
  };
}
