/** Who is let in when the server has an access key: by header, by cookie, or by typing the key into the page. */
import type { IncomingMessage } from 'node:http';
import express, { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { VivaError } from '../errors.ts';
import type { AccessState } from '../protocol.ts';
import { accessHeader, withdrawnCookie, type AccessKey } from './access-key.ts';
import { clientAddress, type OriginPolicy } from './origin.ts';
import { RateLimit } from './rate-limit.ts';

export interface AccessGuardOptions {
  /** null: everyone who reaches the server is let in. */
  readonly access: AccessKey | null;
  readonly policy: OriginPolicy;
  /** Wrong keys that one address may try in a minute. */
  readonly wrongPerMinute: number;
}

const keyBody = z.object({ key: z.string().min(1).max(512) });

export class AccessGuard {
  readonly #options: AccessGuardOptions;
  readonly #wrong: RateLimit;

  constructor(options: AccessGuardOptions) {
    this.#options = options;
    this.#wrong = new RateLimit('wrong access keys from this address', options.wrongPerMinute, 60);
  }

  /** @throws VivaError `access-required`, or `rate-limited` after too many wrong keys */
  async check(request: IncomingMessage): Promise<void> {
    const { access } = this.#options;
    if (access === null || access.hasCookie(request)) return;
    const key = request.headers[accessHeader];
    if (typeof key !== 'string') {
      throw new VivaError(
        'access-required',
        `This server asks for its access key: open its page and type it in, or send it as ${accessHeader}.`,
      );
    }
    await this.#checkKey(access, key, request);
  }

  /** The same as a request handler. */
  readonly handler: RequestHandler = async (request, _response, next) => {
    await this.check(request);
    next();
  };

  /** `GET`: whether a key is asked for and was given; `POST { key }`: a cookie for the key; `DELETE`: leaves. */
  routes(): Router {
    const { access } = this.#options;
    const router = Router();
    router.get('/', (request, response) => {
      const required = access !== null;
      const granted = access === null || access.hasCookie(request);
      response.json({ required, granted } satisfies AccessState);
    });
    router.post('/', express.json({ limit: '2kb' }), async (request, response) => {
      const body = keyBody.safeParse(request.body);
      if (!body.success) throw new VivaError('usage', 'Send the access key as JSON: { "key": "…" }.');
      if (access !== null) {
        await this.#checkKey(access, body.data.key, request);
        response.setHeader('set-cookie', access.cookie(this.#isSecure(request)));
      }
      response.status(204).end();
    });
    router.delete('/', (request, response) => {
      response.setHeader('set-cookie', withdrawnCookie(this.#isSecure(request)));
      response.status(204).end();
    });
    return router;
  }

  async #checkKey(access: AccessKey, key: string, request: IncomingMessage): Promise<void> {
    const address = clientAddress(request, this.#options.policy);
    await this.#wrong.check(address);
    if (access.isRight(key)) return;
    await this.#wrong.take(address);
    throw new VivaError('access-required', 'This is not the access key of this server.');
  }

  /** Viva speaks plain http; that the browser came by https is known from the trusted proxy alone. */
  #isSecure(request: Request): boolean {
    return this.#options.policy.trustProxy && request.headers['x-forwarded-proto'] === 'https';
  }
}
