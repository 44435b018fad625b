import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TiesError } from '../../protocol/errors.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import type { Answers } from './answers.ts';
import type { News } from './news.ts';
import { serveControl } from './server.ts';

let folder: string;
let path: string;
let clock: HeapClock;
let news: Subject<News>;
let ends: (() => unknown)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-control-'));
  path = join(folder, 'made', 'control.sock');
  clock = new HeapClock();
  news = new Subject();
  ends = [];
});

afterEach(async () => {
  for (const end of ends) await end();
  rmSync(folder, { recursive: true });
});

const answers = {
  status: () => ({ state: 'running' }),
  admit: ({ label }: { label: string }) => {
    throw label === 'bug'
      ? new Error(`secret ${label}`)
      : new TiesError('LABEL_LENGTH', 'Type it again.');
  },
} as unknown as Answers;

const serve = async (): Promise<void> => {
  ends.push(await serveControl({ path, clock, answers, news }));
};

/** All that is answered to these bytes, until the server ends it. */
const said = async (bytes: string): Promise<string> => {
  const socket = connect(path);
  socket.write(bytes);
  return text(socket);
};

const code = async (bytes: string): Promise<string> => JSON.parse(await said(bytes)).code;

test('the socket is for its user alone', async () => {
  await serve();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a request is a line, its answer another', async () => {
  await serve();
  expect(await said('{"do":"status"}\n')).toBe('{"ok":true,"answer":{"state":"running"}}\n');
});

test('a fault is told by its code and words, one of the daemon itself without its text', async () => {
  await serve();
  expect(JSON.parse(await said('{"do":"admit","label":"x"}\n'))).toEqual({
    ...{ ok: false, code: 'LABEL_LENGTH', message: 'Type it again.' },
  });
  const answer = await said('{"do":"admit","label":"bug"}\n');
  expect(JSON.parse(answer).code).toBe('CONTROL_FAILED');
  expect(answer).not.toContain('bug');
});

test.each([
  '',
  'status',
  '[]',
  'null',
  '{"do":"reboot"}',
  '{"do":"constructor"}',
  '{"do":"status","more":1}',
  '{"do":"window.open","forS":0}',
  '{"do":"window.open","forS":1e9}',
  '{"do":"session.request","peer":2,"mode":"direct"}',
  `{"do":"admit","label":"${'x'.repeat(201)}"}`,
])('%s is refused', async (line) => {
  await serve();
  expect(await code(`${line}\n`)).toBe('CONTROL_REQUEST');
});

test('a line without end is cut short, and its sender refused', async () => {
  await serve();
  expect(await code('x'.repeat(1025))).toBe('CONTROL_REQUEST');
  expect(await code(`${' '.repeat(1025)}{"do":"status"}\n`)).toBe('CONTROL_REQUEST');
});

test('who says nothing within five seconds is shown out', async () => {
  await serve();
  const socket = connect(path);
  let ended = false;
  socket.on('close', () => {
    ended = true;
  });
  // Its timer stands as soon as it was let in.
  await said('{"do":"status"}\n');
  await clock.advance(4_999);
  expect(await said('{"do":"status"}\n')).toContain('running');
  expect(ended).toBe(false);
  await clock.advance(1);
  await expect.poll(() => ended).toBe(true);
});

test('one connection too many is refused, the others go on', async () => {
  await serve();
  const sockets = Array.from({ length: 16 }, () => connect(path).on('error', () => {}));
  await Promise.all(sockets.map((socket) => new Promise((done) => socket.once('connect', done))));
  expect(await said('{"do":"status"}\n').catch(() => '')).toBe('');
  const [first, second] = sockets;
  first?.write('{"do":"status"}\n');
  expect(await text(first as never)).toContain('running');
  second?.destroy();
  await expect.poll(() => said('{"do":"status"}\n').catch(() => '')).toContain('running');
  for (const socket of sockets) socket.destroy();
});

test('a watcher hears the news, until it goes', async () => {
  await serve();
  const socket = connect(path).setEncoding('utf8');
  let heard = '';
  socket.on('data', (chunk: string) => {
    heard += chunk;
  });
  socket.write('{"do":"watch"}\n');
  await expect.poll(() => heard).toBe('{"ok":true,"answer":{}}\n');
  news.next({ type: 'reading.received', from: 3, payload: Uint8Array.of(1, 255) });
  await expect
    .poll(() => heard.split('\n')[1])
    .toBe('{"news":{"type":"reading.received","from":3,"payload":"01ff"}}');
  socket.destroy();
  await expect.poll(() => news.observed).toBe(false);
});

test('one that does not read is let go before it fills the memory', async () => {
  await serve();
  const socket = connect(path).pause();
  socket.on('error', () => {});
  socket.write('{"do":"watch"}\n');
  await expect.poll(() => news.observed).toBe(true);
  const fill = 'x'.repeat(64 * 1024);
  for (let round = 0; round < 64 && news.observed; round += 1) {
    news.next({ type: 'reading.received', fill });
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(news.observed).toBe(false);
  socket.destroy();
});

test('a socket that a killed daemon left is replaced, one that answers is not', async () => {
  await serve();
  await expect(serve()).rejects.toMatchObject({ code: 'CONTROL_IN_USE' });
  expect(await said('{"do":"status"}\n')).toContain('running');
  const stale = join(folder, 'stale.sock');
  const server = createServer().listen(join(folder, 'killed.sock'));
  await new Promise((done) => server.once('listening', done));
  // libuv removes the file it made, under the name it knows; a killed process removes none.
  renameSync(join(folder, 'killed.sock'), stale);
  await new Promise((done) => server.close(done));
  path = stale;
  await serve();
  expect(await said('{"do":"status"}\n')).toContain('running');
});

test('what is no socket is left alone', async () => {
  path = join(folder, 'file');
  writeFileSync(path, 'of somebody');
  await expect(serve()).rejects.toMatchObject({ code: 'CONTROL_SOCKET' });
  expect(existsSync(path)).toBe(true);
});
