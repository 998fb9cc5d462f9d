/** Listening, with failures that say what to do. */
import type { Server } from 'node:http';
import { VivaError } from '../errors.ts';

/** @throws VivaError `port-in-use` for a taken port, `config-invalid` for one (or a host) that cannot be had */
export async function listenOn(http: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) => reject(explain(error, port, host));
    http.once('error', failed);
    http.listen({ port, host }, () => {
      http.off('error', failed);
      resolve();
    });
  });
}

function explain(error: Error, port: number, host: string): VivaError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  const options = { cause: error, context: { port, host, code } };
  if (code === 'EADDRINUSE') {
    return new VivaError(
      'port-in-use',
      `Port ${port} on ${host} is taken by another program: stop it, or choose another port (viva serve --port 8788, or PORT=8788).`,
      options,
    );
  }
  if (code === 'EACCES') {
    return new VivaError(
      'config-invalid',
      `Port ${port} on ${host} needs rights that this user does not have: choose a port above 1023 (--port or PORT).`,
      options,
    );
  }
  return new VivaError(
    'config-invalid',
    `Cannot listen on ${host}:${port} (${code}): HOST must be an address of this machine, like 127.0.0.1 or 0.0.0.0.`,
    options,
  );
}
