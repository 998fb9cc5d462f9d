/** The key of the whole server: whoever has it may come in. Sessions keep their own tokens beside it. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What programs send the key in; browsers trade it for a cookie once. */
export const accessHeader = 'x-viva-access-key';

const cookieName = 'viva_access';

/** How long a browser stays let in: 30 days. */
const grantSeconds = 30 * 24 * 3600;

export interface AccessKeyOptions {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Checks keys and hands out cookies. A cookie is `<expiry>.<HMAC-SHA256 of the expiry under the key>`: the server
 * stores none, any server with the same key takes it, and a new key ends all of them.
 */
export class AccessKey {
  readonly #options: AccessKeyOptions;
  /** Both sides of a comparison are hashed under this, so that it takes the same time whatever they are. */
  readonly #salt = randomBytes(32);

  constructor(options: AccessKeyOptions) {
    this.#options = options;
  }

  isRight(key: string): boolean {
    return timingSafeEqual(digest(this.#salt, key), digest(this.#salt, this.#options.key));
  }

  /** The `Set-Cookie` value that lets a browser in. @param secure the page came by https */
  cookie(secure: boolean): string {
    const expires = Math.floor(this.#options.now() / 1000) + grantSeconds;
    return setCookie(`${expires}.${this.#sign(expires)}`, grantSeconds, secure);
  }

  /** True when the request carries a cookie of this key that has not run out. */
  hasCookie(request: Pick<IncomingMessage, 'headers'>): boolean {
    const found = /(?:^|;\s*)viva_access=(\d{1,12})\.([\w-]{43})(?:;|$)/.exec(request.headers.cookie ?? '');
    if (!found?.[1] || !found[2]) return false;
    const expires = Number(found[1]);
    if (expires * 1000 <= this.#options.now()) return false;
    return timingSafeEqual(digest(this.#salt, found[2]), digest(this.#salt, this.#sign(expires)));
  }

  #sign(expires: number): string {
    return digest(this.#options.key, `viva access until ${expires}`).toString('base64url');
  }
}

/** The `Set-Cookie` value that takes the cookie away. */
export function withdrawnCookie(secure: boolean): string {
  return setCookie('', 0, secure);
}

function setCookie(value: string, maxAge: number, secure: boolean): string {
  const parts = [`${cookieName}=${value}`, 'Path=/', `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Strict'];
  return (secure ? [...parts, 'Secure'] : parts).join('; ');
}

function digest(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
