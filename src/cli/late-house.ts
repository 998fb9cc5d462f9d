/** Stands for the house while it is being opened: the port is taken and the page served meanwhile. */
import { VivaError } from '../errors.ts';
import type { ServerDeps } from '../server/create-server.ts';
import type { House } from './house.ts';

export type LateHouse = Pick<ServerDeps, 'engine' | 'retriever' | 'entries' | 'about' | 'unready'> & {
  open(house: House): void;
};

/** Until `open`, everything that needs the house answers `overloaded`, which clients retry. */
export function lateHouse(): LateHouse {
  let house: House | null = null;
  const opened = (): House => {
    if (house) return house;
    throw new VivaError('overloaded', 'The server is starting: models and index are being loaded.', {
      retryAfterSeconds: 2,
    });
  };
  return {
    open(ready) {
      house = ready;
    },
    engine: {
      createSession: async (options) => opened().engine.createSession(options),
      handleMessage: async (...message) => opened().engine.handleMessage(...message),
      startInterview: async (...start) => opened().engine.startInterview(...start),
      recover: async (...session) => opened().engine.recover(...session),
      cancel: (sessionId) => opened().engine.cancel(sessionId),
      idle: async (sessionId) => opened().engine.idle(sessionId),
    },
    retriever: { retrieve: async (...query) => opened().retriever.retrieve(...query) },
    entries: () => opened().entries(),
    about() {
      const { judge, chatModel, warnings } = opened();
      return { judge, chatModel, warnings: [...warnings] };
    },
    unready: () => (house ? [] : ['models and index are being loaded']),
  };
}
