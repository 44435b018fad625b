import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const COOKIE = 'ties-inspect';

/** Who may read. */
export interface Access {
  /** Names that the server goes by: what a browser may have in `Host`. */
  readonly names: readonly string[];
  /** Null on a Unix socket, which a browser reaches by a port that somebody else forwards. */
  readonly port: number | null;
  /** Null where everybody who gets through may: on loopback and on a Unix socket. */
  readonly token: string | null;
}

export type Denial = 'host' | 'origin' | 'token';

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1'];
export const isLoopback = (host: string): boolean => LOOPBACK.includes(host);

/** Every name of a host; of loopback all, as people type either. */
export const namesOf = (host: string, others: readonly string[] = []): readonly string[] =>
  isLoopback(host) ? LOOPBACK : [host, ...others];

const DEFAULT_PORTS: readonly number[] = [80, 443];

const isKnown = ({ names, port }: Access, host: string): boolean => {
  const [, bracketed, bare, given] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(host) ?? [];
  const isPort =
    port === null || (given === undefined ? DEFAULT_PORTS.includes(port) : Number(given) === port);
  return isPort && names.includes(bracketed ?? bare ?? '');
};

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
  access: Access,
  { url, headers }: { readonly url: URL; readonly headers: IncomingHttpHeaders },
): Denial | null => {
  const { host = '', origin } = headers;
  if (!isKnown(access, host.toLowerCase())) return 'host';
  if (origin !== undefined && !/^https?:$/.test(schemeOf(origin))) return 'origin';
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host) return 'origin';
  if (access.token === null) return null;
  const given = givenToken(url, headers);
  return given !== null && isSame(given, access.token) ? null : 'token';
};

const schemeOf = (origin: string): string => origin.slice(0, origin.indexOf(':') + 1);
