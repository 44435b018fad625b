import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const COOKIE = 'ties-inspect';

/** Who may read. */
export interface Access {
  /** Names that the server goes by, with port: what a browser may have in `Host`. */
  readonly hosts: readonly string[];
  /** Null where everybody who gets through may: on loopback and on a Unix socket. */
  readonly token: string | null;
}

export type Denial = 'host' | 'origin' | 'token';

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1'];
export const isLoopback = (host: string): boolean => LOOPBACK.includes(host);

/** Names with a port as they stand in `Host`; of loopback all, as people type either. */
export const hostNames = (host: string, port: number, others: readonly string[] = []): string[] =>
  [...(isLoopback(host) ? LOOPBACK : [host]), ...others].map((name) =>
    name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`,
  );

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (given: string, token: string): boolean =>
  timingSafeEqual(digest(given), digest(token));

const cookie = (header: string): string | null =>
  new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`).exec(header)?.[1] ?? null;

/** The token as a program or a browser gives it: in the address, a cookie or a header. */
export const givenToken = (url: URL, headers: IncomingHttpHeaders): string | null =>
  url.searchParams.get('token') ??
  cookie(headers.cookie ?? '') ??
  /^Bearer ([\w-]+)$/.exec(headers.authorization ?? '')?.[1] ??
  null;

/**
 * Why a request is refused, or null. `Host` is checked so that no name of somebody else's can lead
 * a browser here (DNS rebinding), `Origin` so that no other page in it can read (RFC 6455, §10.2);
 * programs send no origin.
 */
export const denial = (
  { hosts, token }: Access,
  { url, headers }: { readonly url: URL; readonly headers: IncomingHttpHeaders },
): Denial | null => {
  const { host = '', origin } = headers;
  if (!hosts.includes(host.toLowerCase())) return 'host';
  if (origin !== undefined && !/^https?:$/.test(schemeOf(origin))) return 'origin';
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host) return 'origin';
  if (token === null) return null;
  const given = givenToken(url, headers);
  return given !== null && isSame(given, token) ? null : 'token';
};

const schemeOf = (origin: string): string => origin.slice(0, origin.indexOf(':') + 1);
