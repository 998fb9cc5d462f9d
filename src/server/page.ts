/** The built web page: hashed files for ever, index.html always fresh, and for every path of the page's own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import compression from 'compression';
import express, { Router, type RequestHandler } from 'express';
import { VivaError } from '../errors.ts';

const notBuilt = `The web page is not built yet.
Run \`npm run build\` in the folder of Viva, then reload.

网页尚未构建。请在 Viva 目录下运行 \`npm run build\`，然后刷新。
`;

/** Paths that belong to the server: what is missing there is missing, not the page. */
const ownPaths = /^\/(?:api|ws|assets|healthz|readyz|metrics)(?:\/|$)/;

/** @param folder the built page (`web/dist`); may appear while the server runs */
export function servePage(folder: string): Router {
  const router = Router();
  // Scripts and styles are the same for everyone: nothing secret can be guessed from how well they compress.
  router.use(compression());
  router.use(
    express.static(folder, {
      index: false,
      redirect: false,
      dotfiles: 'ignore',
      setHeaders(response, path) {
        const hashed = path.startsWith(join(folder, 'assets'));
        response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  router.use(sendIndex(folder));
  return router;
}

function sendIndex(folder: string): RequestHandler {
  return (request, response, next) => {
    const readable = request.method === 'GET' || request.method === 'HEAD';
    if (!readable || ownPaths.test(request.path)) {
      next(new VivaError('not-found', 'There is nothing here: check the address.'));
      return;
    }
    // Throws what the error handler answers with 400 when the path is wrongly encoded.
    decodeURIComponent(request.path);
    response.setHeader('cache-control', 'no-cache');
    if (existsSync(join(folder, 'index.html'))) {
      response.sendFile('index.html', { root: folder, cacheControl: false });
      return;
    }
    response.status(503).type('text/plain').send(notBuilt);
  };
}
