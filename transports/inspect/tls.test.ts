import { mkdtempSync, rmSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { wallClock } from '../../drivers/clock/wall.ts';
import { Hub } from './hub.ts';
import { type Inspector, serveInspector } from './server.ts';

/** Of localhost, for this test alone, until 2126. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlDCCATugAwIBAgIURwuNvg4u6ghKoZ9V3M9/Dvi2aGAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAyMTMxN1oYDzIxMjYxMDMw
MDIxMzE3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQD2L0qbsMTiEn8SP52L2Kt+I3z64WsRvHbfPGMu35MRkOiACiJCvft
4hQZiPJTDWzSNJyaEyJ1NnLLPw0ddT1no2kwZzAdBgNVHQ4EFgQUGIf/SAsbAMD1
ANehefmhwuCvM/gwHwYDVR0jBBgwFoAUGIf/SAsbAMD1ANehefmhwuCvM/gwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
RwAwRAIgAWtwqlrBtDBrWZKOxk3W+OlWLwStGiBXLHzsf2rqJsICIHmEarcrsfv9
hcrJyyiiIe8JxrW6wBx5NfFqC0DMW70+
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtUSNOAnObx6q+YUX
Eprh75V2WVq4ahziYOrWGS2ilQ+hRANCAAQD2L0qbsMTiEn8SP52L2Kt+I3z64Ws
RvHbfPGMu35MRkOiACiJCvft4hQZiPJTDWzSNJyaEyJ1NnLLPw0ddT1n
-----END PRIVATE KEY-----
`;
const TOKEN = 'a-token-of-the-test';

let folder: string;
let socketPath: string;
let inspector: Inspector | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-tls-'));
  socketPath = join(folder, 'socket');
  inspector = null;
});
afterEach(async () => {
  await inspector?.close();
  rmSync(folder, { recursive: true });
});

const serve = async (cert: string, key: string): Promise<void> => {
  const hub = new Hub({ title: 'test', clock: { now: () => 5 }, epochMs: 0, detail: 'always' });
  inspector = await serveInspector({
    ...{ hub, token: TOKEN, clock: wallClock, listen: { path: socketPath } },
    page: new Map([['/index.html', { type: 'text/html', gzipped: Buffer.from('page') }]]),
    tls: { cert: Buffer.from(cert), key: Buffer.from(key) },
    tell: () => undefined,
  });
};

const get = (path: string, ca: string, headers = {}) =>
  new Promise<{ status: number; cookie: string; protocol: string }>((resolve, reject) => {
    request({ socketPath, path, ca, servername: 'localhost', headers }, (response) => {
      response.resume();
      resolve({
        status: response.statusCode ?? 0,
        cookie: response.headers['set-cookie']?.[0] ?? '',
        protocol: (response.socket as TLSSocket).getProtocol() ?? '',
      });
    })
      .on('error', reject)
      .end();
  });

test('over TLS the token is asked for, and kept by the browser for TLS alone', async () => {
  await serve(CERTIFICATE, KEY);
  expect(inspector?.url).toMatch(/^https:\/\/localhost\/\?token=/);
  const { status, cookie, protocol } = await get(`/?token=${TOKEN}`, CERTIFICATE);
  expect(status).toBe(303);
  expect(cookie).toMatch(/; Secure$/);
  expect(protocol).toBe('TLSv1.3');
  expect((await get('/', CERTIFICATE)).status).toBe(403);
  const headers = { cookie: cookie.split(';')[0] };
  expect((await get('/', CERTIFICATE, headers)).status).toBe(200);
});

test('viewers read over TLS', async () => {
  await serve(CERTIFICATE, KEY);
  // `ws` asks for TLS on no Unix socket, so it is handed a connection that has it.
  const { connect } = await import('node:tls');
  const secure = connect({ path: socketPath, ca: CERTIFICATE, servername: 'localhost' });
  const viewer = new WebSocket('ws://localhost/live', {
    createConnection: () => secure,
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const [said] = await new Promise<[string]>((resolve, reject) => {
    viewer.once('message', (data) => resolve([data.toString()]));
    viewer.once('error', reject);
  });
  expect(JSON.parse(said)[0]).toMatchObject({ type: '@ties.hello', title: 'test' });
  viewer.terminate();
});

test('who does not know its certificate, or speaks without TLS, reads nothing; others go on', async () => {
  await serve(CERTIFICATE, KEY);
  const stranger = new Promise((_, reject) => {
    request({ socketPath, path: '/', servername: 'localhost' }).on('error', reject).end();
  });
  await expect(stranger).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const open = new Promise((_, reject) => {
    plainRequest({ socketPath, path: `/?token=${TOKEN}` })
      .on('error', reject)
      .end();
  });
  await expect(open).rejects.toThrow();
  expect((await get(`/?token=${TOKEN}`, CERTIFICATE)).status).toBe(303);
});

test.each([
  ['a certificate that is none', 'hello', KEY],
  ['a key that is none', CERTIFICATE, 'hello'],
])('%s is told of', async (_what, cert, key) => {
  await expect(serve(cert, key)).rejects.toMatchObject({ code: 'INSPECT_CERTIFICATE' });
});
