import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../drivers/clock/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { type Access, COOKIE, denial, givenToken, namesOf } from './access.ts';
import type { Hub } from './hub.ts';
import type { PaceRequest } from './interface.ts';
import type { Page } from './page.ts';
import { servePage, serveProgram } from './viewer.ts';

/** One more is refused. */
const MAX_VIEWERS = 64;
/** Theirs too, and such that ask for a file, or for nothing. */
const MAX_CONNECTIONS = 128;
/** Of what a viewer or a guest may say at once. */
const MAX_SAID_BYTES = 256 * 1024;

/** Nothing from elsewhere is loaded, and no other page may have this one in a frame. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export type Listen =
  | { readonly path: string }
  | {
      readonly host: string;
      readonly port: number;
      /** Names besides that it may be called by, such as `pi.local`. */
      readonly names?: readonly string[];
    };

export interface InspectorInput {
  readonly hub: Hub;
  readonly page: Page;
  readonly listen: Listen;
  /** Everybody who gets there may read where it is null. */
  readonly token: string | null;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Of the wall: how often viewers are told. */
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** What a viewer asks of the world's pace, where it can be set. */
  readonly ask?: (request: PaceRequest) => void;
  /** What was refused, and what failed. */
  readonly tell: (trouble: { readonly type: string; readonly reason: string }) => void;
}

export interface Inspector {
  /** Where to point a browser at. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serve the page and, over WebSockets, what the hub keeps: at `/live` to the page, several events
 * at once; anywhere else to programs that speak as `@statelyai/inspect` does, each event alone.
 * Rejects with `INSPECT_IN_USE`, `INSPECT_ADDRESS` or `INSPECT_CERTIFICATE`.
 */
export const serveInspector = async (input: InspectorInput): Promise<Inspector> => {
  const { listen, token, tls, tell } = input;
  const server = tls === undefined ? createHttp() : secured(tls);
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, listen);
  const scheme = tls === undefined ? 'http' : 'https';
  const access: Access =
    'path' in listen
      ? { names: namesOf('localhost'), port: null, token }
      : {
          names: namesOf(listen.host, listen.names),
          port: (server.address() as AddressInfo).port,
          token,
        };
  let guests = 0;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_SAID_BYTES,
    perMessageDeflate: false,
  });

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = urlOf(request);
    const denied = url === null ? 'host' : denial(access, { url, headers: request.headers });
    if (url === null || denied !== null) {
      tell({ type: 'inspect.refused', reason: denied ?? 'host' });
      response.writeHead(403, HEADERS).end(`Refused: ${denied}.\n`);
      return;
    }
    answer({ files: input.page, token, isSecure: tls !== undefined }, { request, response, url });
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const url = urlOf(request);
    const denied = url === null ? 'host' : denial(access, { url, headers: request.headers });
    const refusal = denied ?? (sockets.clients.size >= MAX_VIEWERS ? 'too-many-viewers' : null);
    if (url === null || refusal !== null) {
      tell({ type: 'inspect.refused', reason: refusal ?? 'host' });
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      if (url.pathname === '/live') servePage(client, input);
      else serveProgram(client, input, `guest ${++guests}`);
    });
  });

  const base = `${scheme}://${placeOf(listen, access)}`;
  return {
    url: token === null ? `${base}/` : `${base}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** As it is typed into a browser; who listens everywhere is called by name. */
const placeOf = (listen: Listen, { port }: Access): string => {
  if ('path' in listen) return 'localhost';
  const { host, names = [] } = listen;
  const name = ANYWHERE.includes(host) ? (names[0] ?? host) : host;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
};
const ANYWHERE: readonly string[] = ['0.0.0.0', '::'];

const secured = (tls: NonNullable<InspectorInput['tls']>): ReturnType<typeof createHttps> => {
  try {
    return createHttps(tls);
  } catch (cause) {
    throw new TiesError(
      'INSPECT_CERTIFICATE',
      'The certificate and its key are not such as TLS can use: give both in PEM, the key without a passphrase.',
      { cause },
    );
  }
};

type Server = ReturnType<typeof createHttp> | ReturnType<typeof createHttps>;

const listening = (server: Server, listen: Listen): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(unusable(listen, cause)));
    if ('path' in listen) server.listen(listen.path, resolve);
    else server.listen(listen.port, listen.host, resolve);
  });

const unusable = (listen: Listen, cause: NodeJS.ErrnoException): TiesError => {
  const place = 'path' in listen ? listen.path : `${listen.host}:${listen.port}`;
  return cause.code === 'EADDRINUSE'
    ? new TiesError(
        'INSPECT_IN_USE',
        `Something else answers at ${place} already: give another port.`,
        { cause },
      )
    : new TiesError(
        'INSPECT_ADDRESS',
        `The inspector cannot be served at ${place} (${cause.code}): give an address of this machine.`,
        { cause },
      );
};

const urlOf = ({ url = '/' }: IncomingMessage): URL | null => {
  const text = `http://localhost${url}`;
  return url.startsWith('/') && URL.canParse(text) ? new URL(text) : null;
};

const answer = (
  site: {
    readonly files: Page;
    readonly token: string | null;
    readonly isSecure: boolean;
  },
  { request, response, url }: { request: IncomingMessage; response: ServerResponse; url: URL },
): void => {
  if (request.method !== 'GET') {
    response.writeHead(405, HEADERS).end();
    return;
  }
  if (site.token !== null && url.searchParams.has('token')) {
    // Out of the address, and so out of histories and referrers.
    const token = givenToken(url, request.headers) as string;
    const kept = `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/${site.isSecure ? '; Secure' : ''}`;
    response.writeHead(303, { ...HEADERS, location: '/', 'set-cookie': kept }).end();
    return;
  }
  const file = site.files.get(url.pathname === '/' ? '/index.html' : url.pathname);
  if (file === undefined) {
    response.writeHead(404, HEADERS).end();
    return;
  }
  const isNamedByContent = url.pathname.startsWith('/assets/');
  response.writeHead(200, {
    ...HEADERS,
    'content-type': file.type,
    'content-encoding': 'gzip',
    'content-length': file.gzipped.length,
    'cache-control': isNamedByContent ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  response.end(file.gzipped);
};
