import { describe, expect, it } from 'vitest';
import { checkOrigin, clientAddress, normalHost, type OriginPolicy } from '../../src/server/origin.ts';

const own: OriginPolicy = { origins: [], trustProxy: false };

function head(headers: Record<string, string>, local = '127.0.0.1', remote = '203.0.113.9') {
  return { headers, socket: { localAddress: local, remoteAddress: remote } };
}

function allowed(headers: Record<string, string>, local?: string, policy = own): boolean {
  try {
    checkOrigin(head(headers, local), policy);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'forbidden-origin' });
    return false;
  }
}

describe('the origin check', () => {
  it('takes pages of the same host, and clients that are no page', () => {
    expect(allowed({ host: 'localhost:8787', origin: 'http://localhost:8787' })).toBe(true);
    expect(allowed({ host: 'LocalHost:8787', origin: 'http://localhost:8787' })).toBe(true);
    expect(allowed({ host: '[::1]:8787', origin: 'http://[::1]:8787' }, '::1')).toBe(true);
    expect(allowed({ host: 'localhost:8787' })).toBe(true);
  });

  it('takes a plain-http host name on an address of the network', () => {
    expect(allowed({ host: 'viva.lan:8787', origin: 'http://viva.lan:8787' }, '192.0.2.7')).toBe(true);
    expect(allowed({ host: 'viva.lan', origin: 'https://viva.lan' }, '192.0.2.7')).toBe(true);
    expect(allowed({ host: 'viva.lan', origin: 'http://other.lan' }, '192.0.2.7')).toBe(false);
    expect(allowed({ host: 'viva.lan:8787', origin: 'http://viva.lan:8788' }, '192.0.2.7')).toBe(false);
  });

  it('refuses a name that a foreign page had resolved to this machine', () => {
    for (const local of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) {
      expect(allowed({ host: 'evil.example:8787', origin: 'http://evil.example:8787' }, local)).toBe(false);
      expect(allowed({ host: 'evil.example:8787' }, local)).toBe(false);
    }
  });

  it('takes that name when it is configured, or when a proxy vouches for it', () => {
    const headers = { host: 'viva.example', origin: 'https://viva.example' };
    expect(allowed(headers, '127.0.0.1', { origins: ['https://viva.example'], trustProxy: false })).toBe(
      true,
    );
    expect(allowed(headers, '127.0.0.1', { origins: [], trustProxy: true })).toBe(true);
  });

  it('refuses a missing or malformed Host', () => {
    expect(allowed({})).toBe(false);
    for (const host of ['', 'a b', 'a/b', 'a@b', 'a;b', "a' x", 'a:99999999', 'evil,localhost']) {
      expect(allowed({ host })).toBe(false);
    }
  });
});

describe('a host in its normal form', () => {
  it('is lower case, without the default port', () => {
    expect(normalHost('Viva.Example:80')).toBe('viva.example');
    expect(normalHost('viva.example:8787')).toBe('viva.example:8787');
    expect(normalHost(undefined)).toBeNull();
  });
});

describe('the address of a client', () => {
  it('is that of the peer when no proxy is trusted', () => {
    expect(clientAddress(head({ 'x-forwarded-for': '1.2.3.4' }), own)).toBe('203.0.113.9');
    expect(clientAddress(head({}, '::1', '::ffff:203.0.113.9'), own)).toBe('203.0.113.9');
  });

  it('is what the trusted proxy wrote last, and never what the client wrote before it', () => {
    const behind: OriginPolicy = { origins: [], trustProxy: true };
    expect(clientAddress(head({ 'x-forwarded-for': '6.6.6.6, 198.51.100.7' }), behind)).toBe('198.51.100.7');
    expect(clientAddress(head({ 'x-forwarded-for': 'nonsense' }), behind)).toBe('203.0.113.9');
    expect(clientAddress(head({}), behind)).toBe('203.0.113.9');
  });
});
