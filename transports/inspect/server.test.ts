import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebSocketInspector } from '@statelyai/inspect';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { createActor, createMachine } from 'xstate';
import { wallClock } from '../../drivers/clock/wall.ts';
import { systemRandom } from '../../drivers/random/system.ts';
import { Hub } from './hub.ts';
import type { InspectEvent, PaceRequest } from './interface.ts';
import { type Inspector, serveInspector } from './server.ts';
import { tokenOf } from './token.ts';

let folder: string;
let inspector: Inspector;
let hub: Hub;
let asked: PaceRequest[];
let told: string[];

const serve = async (token: string | null = null): Promise<void> => {
  await inspector?.close();
  hub = new Hub({ title: 'test', clock: { now: () => 5 }, epochMs: 0, detail: 'always' });
  [asked, told] = [[], []];
  inspector = await serveInspector({
    hub,
    page: new Map([['/index.html', { type: 'text/html', gzipped: Buffer.from('page') }]]),
    listen: { path: join(folder, 'socket') },
    token,
    clock: wallClock,
    ask: (given) => void asked.push(given),
    tell: ({ type, reason }) => void told.push(`${type} ${reason}`),
  });
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ties-inspect-'));
  await serve();
});
afterEach(async () => {
  await inspector.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    const options = { socketPath: join(folder, 'socket'), path, method, headers };
    request(options, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .on('error', reject)
      .end();
  });

interface Client {
  readonly socket: WebSocket;
  readonly events: InspectEvent[];
}

const connect = async (path: string, headers: Record<string, string> = {}): Promise<Client> => {
  const socket = new WebSocket(`ws+unix:${join(folder, 'socket')}:${path}`, { headers });
  const events: InspectEvent[] = [];
  socket.on('message', (data) => {
    const said = JSON.parse(data.toString());
    events.push(...(Array.isArray(said) ? said : [said]));
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { socket, events };
};

const counted = (events: readonly InspectEvent[]) =>
  events.filter(({ type }) => type === '@ties.news');
const tellNews = (count: number, text = '') => {
  for (let at = 0; at < count; at += 1)
    hub.tell({ type: '@ties.news', atMs: at, device: 'N1', news: { type: 'counted', at, text } });
};

test('the page is told at once what is kept, then what comes', async () => {
  tellNews(3);
  const { socket, events } = await connect('/live');
  await vi.waitFor(() => expect(counted(events)).toHaveLength(3));
  expect(events[0]).toMatchObject({ type: '@ties.hello', title: 'test' });
  tellNews(2);
  await vi.waitFor(() => expect(counted(events)).toHaveLength(5));
  socket.terminate();
});

test.each([
  ['GET', '/', {}, 200],
  ['GET', '/../../etc/passwd', {}, 404],
  ['GET', '/%2e%2e/server.ts', {}, 404],
  ['POST', '/', {}, 405],
  ['GET', '/', { host: 'evil.example' }, 403],
  ['GET', '/', { host: 'localhost:4160', origin: 'http://localhost:4160' }, 200],
  ['GET', '/', { host: 'localhost:4160', origin: 'http://localhost:80' }, 403],
  ['GET', '/', { origin: 'http://evil.example' }, 403],
  ['GET', '/', { origin: 'null' }, 403],
  ['GET', '/', { origin: 'http://localhost' }, 200],
] as const)('%s %s with %o is answered %i', async (method, path, headers, status) => {
  const answer = await get(path, { ...headers }, method);
  expect(answer.status).toBe(status);
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
});

test.each([
  [{ origin: 'https://stately.ai' }],
  [{ origin: 'http://localhost.evil.example' }],
  [{ host: 'evil.example', origin: 'http://evil.example' }],
])('a page of elsewhere reads nothing: %o', async (headers) => {
  await expect(connect('/live', headers as never)).rejects.toThrow(/403/);
  await expect(connect('/', headers as never)).rejects.toThrow(/403/);
  expect(told).toHaveLength(2);
});

test('with a token nobody reads without it, and a browser keeps it out of its address', async () => {
  const token = tokenOf(join(folder, 'token'), systemRandom);
  expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600);
  expect(tokenOf(join(folder, 'token'), systemRandom)).toBe(token);
  await serve(token);
  expect((await get('/')).status).toBe(403);
  expect((await get(`/?token=${token.slice(1)}x`)).status).toBe(403);
  await expect(connect('/live')).rejects.toThrow(/403/);
  const { status, headers } = await get(`/?token=${token}`);
  expect([status, headers.location]).toEqual([303, '/']);
  const [cookie] = headers['set-cookie'] as string[];
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
  expect((await get('/', { cookie: cookie?.split(';')[0] as string })).status).toBe(200);
  const { socket } = await connect('/live', { authorization: `Bearer ${token}` });
  socket.terminate();
  expect(told.every((line) => line === 'inspect.refused token')).toBe(true);
});

test('a token that is no token is refused', () => {
  writeFileSync(join(folder, 'token'), 'short\n');
  expect(() => tokenOf(join(folder, 'token'), systemRandom)).toThrow(/remove the file/);
});

test('the pace is set by what can be understood, and by nothing else', async () => {
  const { socket } = await connect('/live');
  const hostile = [
    '{',
    '[]',
    'null',
    '{"type":"@ties.pace","speed":-1}',
    '{"type":"@ties.pace","speed":"1e9"}',
  ];
  const sent = ['{"type":"@ties.pause"}', ...hostile, '{"type":"@ties.pace","speed":10}'];
  for (const text of sent) socket.send(text);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(asked).toEqual([{ type: '@ties.pause' }, { type: '@ties.pace', speed: 10 }]);
  expect(told).toEqual(['inspect.malformed message']);
  for (let at = 0; at < 30; at += 1) socket.send('nonsense');
  const [code] = await new Promise<[number]>((resolve) =>
    socket.once('close', (each) => resolve([each])),
  );
  expect(code).toBe(1008);
});

test('what is too long ends its connection, and no other', async () => {
  const [loud, other] = [await connect('/live'), await connect('/live')];
  loud.socket.send('x'.repeat(300_000));
  await new Promise((resolve) => loud.socket.once('close', resolve));
  tellNews(1);
  await vi.waitFor(() => expect(counted(other.events)).toHaveLength(1));
  other.socket.terminate();
});

test('fifty viewers read all of it, one that stops reading costs nobody anything', async () => {
  const stopped = await connect('/live');
  stopped.socket.pause();
  const viewers = await Promise.all(Array.from({ length: 50 }, () => connect('/live')));
  tellNews(2_000, 'x'.repeat(300));
  await vi.waitFor(
    () => expect(viewers.every(({ events }) => counted(events).length === 2_000)).toBe(true),
    { timeout: 20_000 },
  );
  stopped.socket.resume();
  await vi.waitFor(() => expect(counted(stopped.events).length).toBe(2_000), { timeout: 20_000 });
  for (const { socket } of [stopped, ...viewers]) socket.terminate();
});

test('the sixty-fifth viewer is refused', async () => {
  const viewers = await Promise.all(Array.from({ length: 64 }, () => connect('/live')));
  await expect(connect('/live')).rejects.toThrow(/403/);
  expect(told).toEqual(['inspect.refused too-many-viewers']);
  for (const { socket } of viewers) socket.terminate();
});

test('of connections there are a hundred and twenty-eight, whatever they say, and others after them', async () => {
  const open = (): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connectSocket(join(folder, 'socket'), () => resolve(socket));
    });
  const idle: Socket[] = [];
  let dropped = 0;
  for (let at = 0; at < 140; at += 1) {
    const socket = await open();
    socket.on('error', () => undefined).on('close', () => (dropped += 1));
    socket.resume();
    idle.push(socket);
  }
  await vi.waitFor(() => expect(dropped).toBe(140 - 128));
  for (const socket of idle) socket.destroy();
  await vi.waitFor(async () => expect((await get('/')).status).toBe(200));
});

test('the inspector of another program is shown beside ours', async () => {
  const page = await connect('/live');
  const url = `ws+unix:${join(folder, 'socket')}:/`;
  const theirs = createWebSocketInspector({ url });
  const machine = createMachine({
    id: 'toggle',
    initial: 'off',
    states: { off: { on: { flip: 'on' } }, on: {} },
  });
  const actor = createActor(machine, { inspect: theirs.inspect }).start();
  actor.send({ type: 'flip' });
  await vi.waitFor(() => {
    const shown = page.events.filter((event) => event.type === '@xstate.snapshot');
    expect(shown.at(-1)).toMatchObject({ device: 'guest 1', snapshot: { value: 'on' } });
  });
  const seen = page.events.find((event) => event.type === '@xstate.actor');
  expect(JSON.parse((seen as { definition: string }).definition)).toMatchObject({ id: 'toggle' });
  theirs.stop();
  page.socket.terminate();
});

test('a viewer that speaks as theirs gets the three events, each alone', async () => {
  const feed = hub.feed('N1');
  createActor(createMachine({ id: 'toggle', initial: 'off', states: { off: {} } }), {
    inspect: (seen) => feed.inspect(seen, 1),
  }).start();
  tellNews(1);
  const { socket, events } = await connect('/');
  await vi.waitFor(() => expect(events.length).toBeGreaterThan(2));
  expect(new Set(events.map(({ type }) => type))).toEqual(
    new Set(['@xstate.actor', '@xstate.event', '@xstate.snapshot']),
  );
  for (const event of events) expect(event).toMatchObject({ _version: '0.7.2', device: 'N1' });
  socket.terminate();
});

test.each([
  '{"type":"@xstate.snapshot","sessionId":"x:0","snapshot":{"status":"on fire"}}',
  '{"type":"@xstate.event","sessionId":"x:0","event":"flip"}',
  '{"type":"@xstate.event","sessionId":{},"event":{"type":"flip"}}',
  '{"type":"@ties.hello","title":"forged"}',
  '[{"type":"@xstate.event"}]',
])('a guest who says %s is not repeated', async (text) => {
  const guest = await connect('/');
  guest.socket.send(text);
  await vi.waitFor(() => expect(told).toEqual(['inspect.malformed message']));
  const page = await connect('/live');
  await vi.waitFor(() => expect(page.events).not.toEqual([]));
  expect(page.events.filter(({ type }) => type.startsWith('@xstate'))).toEqual([]);
  for (const { socket } of [guest, page]) socket.terminate();
});
