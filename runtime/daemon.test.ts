import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { FORMAT, type Migration } from '../actors/store/contents.ts';
import { openLmdbStore } from '../actors/store/lmdb-store.ts';
import { memberRole, type RoleInput } from '../config/role.ts';
import { koffiFfi } from '../drivers/ffi/koffi.ts';
import { flock } from '../drivers/lock/flock.ts';
import type { Modulation } from '../protocol/lora/modulation.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import { type Medium, simulatedMedium } from '../simulations/medium/medium.ts';
import type { Transmission } from '../simulations/medium/transmission.ts';
import { seededRandom } from '../simulations/seeded-random.ts';
import { syntheticSensor } from '../simulations/synthetic-sensor.ts';
import type { ControlRequest } from './control/requests.ts';
import { type Daemon, startDaemon } from './daemon.ts';

let folder: string;
let clock: HeapClock;
let medium: Medium;
let daemons: Daemon[];
let told: string[];
let logged: string[];
/** Names of devices whose radio was closed. */
let closed: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-daemon-'));
  clock = new HeapClock();
  medium = simulatedMedium({ clock, random: seededRandom(1, 'medium'), loss: 0 });
  [daemons, told, logged, closed] = [[], [], [], []];
});

afterEach(async () => {
  for (const daemon of daemons) await daemon.stop();
  rmSync(folder, { recursive: true });
});

const socketOf = (name: string): string => join(folder, `${name}.sock`);

const inputOf = (name: string) => ({
  ...{ clock, originNs: () => 0n, random: seededRandom(1, name), page: () => new Map() },
  log: pino({ level: 'trace' }, { write: (line: string) => logged.push(line) }),
  manager: {
    ready: () => told.push(`${name} ready`),
    status: (status: string) => told.push(status),
    stopping: () => told.push(`${name} stopping`),
    alive: () => told.push(`${name} alive`),
    watchdogMs: null,
  },
  simulated: {
    socketRadio: async ({ id = '', modulation }: { id?: string; modulation: Modulation }) => {
      const radio = medium.join({ id, modulation });
      radio.receptions.subscribe({ complete: () => closed.push(id) });
      return radio;
    },
    startSwtpm: () => Promise.reject(new Error('not here')),
    syntheticSensor: async ({ seed }: { seed: number | string }) =>
      syntheticSensor({ clock, random: seededRandom(seed, 'sensor') }),
  },
});

const roleOf = (name: string, more: Partial<RoleInput>) => ({
  ...{ name, tpm: { driver: 'model' } as const },
  radio: { driver: 'socket', path: join(folder, 'air') } as const,
  control: { socket: socketOf(name) },
  ...more,
});

const start = async (role: 'center' | 'node', name: string, more: Partial<RoleInput> = {}) => {
  const daemon = await startDaemon(memberRole({ ...roleOf(name, more), role }), inputOf(name));
  daemons.push(daemon);
  return daemon;
};

/** Ask over the socket, in real time, while the virtual runs as long as it takes. */
const ask = async (name: string, request: ControlRequest) => {
  const socket = connect(socketOf(name));
  socket.write(`${JSON.stringify(request)}\n`);
  let answer = '';
  void text(socket).then((all) => {
    answer = all;
  });
  while (answer === '') {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10);
  }
  return JSON.parse(answer);
};

const admitted = async (node: string): Promise<void> => {
  const { label } = (await ask(node, { do: 'label' })).answer;
  expect(await ask('CE', { do: 'admit', label })).toMatchObject({ ok: true });
};

const joined = (node: string): Promise<boolean> =>
  clock.runUntil(() => told.includes(`node ${node}: running, member`), clock.now() + 300_000);

test('two nodes are admitted, join and share a session, all by the control socket', async () => {
  await start('center', 'CE');
  await start('node', 'N1');
  await start('node', 'N2');
  expect(await ask('CE', { do: 'window.open', forS: 600 })).toEqual({
    ...{ ok: true, answer: { windowS: 600 } },
  });
  for (const name of ['N1', 'N2']) {
    await admitted(name);
    expect(await joined(name)).toBe(true);
  }
  await clock.advance(60_000);
  expect((await ask('N2', { do: 'status' })).answer).toMatchObject({
    ...{ name: 'N2', role: 'node', state: 'running, member', radio: 'ok', tpm: 'ok' },
    ...{ address: 3, rosterVersion: 2 },
  });
  const { answer } = await ask('CE', { do: 'nodes' });
  expect(answer).toMatchObject({
    version: 2,
    nodes: [
      { address: 2, state: 'active p256' },
      { address: 3, state: 'active p256' },
    ],
  });
  expect((await ask('N1', { do: 'nodes' })).answer).toEqual(answer);
  expect(await ask('N1', { do: 'session.request', peer: '3', mode: 'direct' })).toEqual({
    ...{ ok: true, answer: { peer: 3, confirmed: true } },
  });
  expect(told.filter((line) => line.endsWith(' ready'))).toEqual([
    ...['CE ready', 'N1 ready', 'N2 ready'],
  ]);
});

test('an answer begins as long after a frame as the role gives', async () => {
  const turnaroundMs = 60;
  const radio = { driver: 'socket', path: join(folder, 'air'), turnaroundMs } as const;
  const sent: Transmission[] = [];
  medium.transmissions.subscribe((transmission) => sent.push(transmission));
  for (const [role, name] of [
    ['center', 'CE'],
    ['node', 'N1'],
  ] as const)
    await start(role, name, { radio });
  await ask('CE', { do: 'window.open', forS: 600 });
  await admitted('N1');
  expect(await joined('N1')).toBe(true);
  const answer = sent.findIndex(({ radioId }) => radioId === 'CE');
  const asked = sent[answer - 1] as Transmission;
  expect(asked.radioId).toBe('N1');
  expect(sent[answer]?.startMs).toBeCloseTo(asked.endMs + turnaroundMs);
});

test('its machines are shown where the operator asks', async () => {
  const path = join(folder, 'inspect.sock');
  await start('node', 'N1');
  const opened = { ok: true, answer: { url: 'http://localhost/' } };
  expect(await ask('N1', { do: 'inspect', listen: { path } })).toEqual(opened);
  const viewer = new WebSocket(`ws+unix:${path}:/live`);
  const events: { type: string; name?: string }[] = [];
  viewer.on('message', (data) => events.push(...JSON.parse(data.toString())));
  while (!events.some(({ name }) => name === 'join')) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10);
  }
  expect(events[0]).toMatchObject({ type: '@ties.hello', title: 'N1' });
  expect(await ask('N1', { do: 'inspect', listen: { path } })).toEqual(opened);
  const tls = { cert: join(folder, 'none'), key: join(folder, 'none') };
  await start('node', 'N2');
  expect(await ask('N2', { do: 'inspect', listen: { path }, tls })).toMatchObject({
    ...{ ok: false, code: 'INSPECT_CERTIFICATE' },
  });
  viewer.terminate();
});

test('a label that was admitted is listed before its device joins, and no log has its key', async () => {
  await start('center', 'CE');
  await start('node', 'N1');
  const { label } = (await ask('N1', { do: 'label' })).answer;
  await admitted('N1');
  expect((await ask('CE', { do: 'nodes' })).answer.nodes).toMatchObject([
    { address: 2, state: 'admitted' },
  ]);
  expect(await ask('CE', { do: 'admit', label })).toMatchObject({ code: 'CONTROL_ADMISSION' });
  expect(await ask('CE', { do: 'admit', label: `${label.slice(0, -1)}?` })).toMatchObject({
    ...{ ok: false, code: 'LABEL_CHECK' },
  });
  expect(logged.length).toBeGreaterThan(0);
  for (const line of logged) expect(line).not.toContain(label.slice(-20));
});

/** A center and nodes that are members. */
const network = async (...nodes: string[]): Promise<void> => {
  await start('center', 'CE');
  await ask('CE', { do: 'window.open', forS: 86_400 });
  for (const name of nodes) {
    await start('node', name);
    await admitted(name);
    expect(await joined(name)).toBe(true);
  }
  await clock.advance(30_000);
};

test('keys are rotated with one peer, with all, and it is told which were not', async () => {
  await network('N1', 'N2', 'N3');
  const rotate = (peer: string | null) => ask('N1', { do: 'key.rotate', peer });
  expect((await rotate(null)).answer).toEqual({ rotations: [] });
  await ask('N1', { do: 'session.request', peer: '3', mode: 'direct' });
  await ask('N1', { do: 'session.request', peer: '4', mode: 'direct' });
  const done = { reason: null, advice: null };
  expect((await rotate('3')).answer).toEqual({ rotations: [{ peer: 3, ...done }] });
  await daemons[3]?.stop();
  expect((await rotate(null)).answer).toMatchObject({
    rotations: [
      { peer: 3, ...done },
      { peer: 4, reason: expect.stringMatching(/^[a-z]+$/) },
    ],
  });
});

test('a device is named by its operator, and found by name, address and id', async () => {
  await network('N1', 'N2');
  const { devId } = (await ask('CE', { do: 'nodes' })).answer.nodes[1];
  const rename = (device: string, name: string | null) => ask('CE', { do: 'rename', device, name });
  expect((await rename('3', 'Roof, north')).answer).toMatchObject({ devId, name: 'Roof, north' });
  expect((await ask('CE', { do: 'nodes' })).answer.nodes).toMatchObject([
    ...[{ address: 2 }, { address: 3, name: 'Roof, north' }],
  ]);
  expect((await ask('N1', { do: 'nodes' })).answer.nodes[1]).not.toHaveProperty('name');
  for (const [device, name] of [
    ...[['2', 'Roof, north'] as const, ['2', '7'] as const, ['2', devId] as const],
    ...[['2', ' x'] as const, ['2', 'a'.repeat(33)] as const, ['2', 'a\nb'] as const],
  ])
    expect(await rename(device, name)).toMatchObject({ code: 'CONTROL_NAME' });
  expect(await rename('99', 'x')).toMatchObject({ code: 'CONTROL_NO_DEVICE' });
  expect(await rename('Roof, north', null)).toMatchObject({ ok: true });
  expect(await rename(devId.toUpperCase(), 'again')).toMatchObject({ ok: true });
});

test('a node leaves by its own operator, and is revoked by that of the center', async () => {
  await network('N1', 'N2');
  expect(await ask('N1', { do: 'leave' })).toMatchObject({
    ...{ ok: true, answer: { advice: expect.stringContaining('clear its TPM') } },
  });
  await ask('CE', { do: 'rename', device: '3', name: 'N2' });
  expect(await ask('CE', { do: 'revoke', device: 'N2' })).toMatchObject({
    ...{ ok: true, answer: { address: 3 } },
  });
  await clock.advance(30_000);
  expect((await ask('CE', { do: 'nodes' })).answer.nodes).toMatchObject([
    ...[{ state: 'left' }, { state: 'revoked', name: 'N2' }],
  ]);
  expect((await ask('N2', { do: 'status' })).answer).toMatchObject({ state: 'dismissed' });
  expect(await ask('N2', { do: 'leave' })).toMatchObject({ code: 'CONTROL_NOT_RUNNING' });
  expect(await ask('CE', { do: 'revoke', device: 'N3' })).toMatchObject({
    code: 'CONTROL_NO_DEVICE',
  });
});

test('a node whose center is away goes on leaving, and says so', async () => {
  await network('N1');
  await daemons[0]?.stop();
  expect(await ask('N1', { do: 'leave' })).toMatchObject({ code: 'CONTROL_LEAVE_SLOW' });
  expect((await ask('N1', { do: 'status' })).answer).toMatchObject({ state: 'running, member' });
});

test('the join window closes by itself, and the status counts down', async () => {
  await start('center', 'CE');
  await ask('CE', { do: 'window.open', forS: 60 });
  await clock.advance(30_000);
  const { windowS } = (await ask('CE', { do: 'status' })).answer;
  expect(windowS).toBeGreaterThan(0);
  expect(windowS).toBeLessThanOrEqual(30);
  await clock.advance(30_000);
  expect((await ask('CE', { do: 'status' })).answer).toMatchObject({ windowS: 0 });
  await start('node', 'N1');
  await admitted('N1');
  expect(await joined('N1')).toBe(false);
  await ask('CE', { do: 'window.open', forS: 86_400 });
  expect(await joined('N1')).toBe(true);
});

test('each role says what only the other can do', async () => {
  await start('center', 'CE');
  await start('node', 'N1');
  for (const request of [{ do: 'window.close' }, { do: 'window.open', forS: 1 }] as const)
    expect(await ask('N1', request)).toMatchObject({ ok: false, code: 'CONTROL_NOT_CENTER' });
  expect(await ask('N1', { do: 'revoke', device: '2' })).toMatchObject({
    code: 'CONTROL_NOT_CENTER',
  });
  for (const request of [
    { do: 'session.request', peer: '2', mode: 'direct' },
    { do: 'key.rotate', peer: null },
    { do: 'leave' },
  ] as const)
    expect(await ask('CE', request)).toMatchObject({ ok: false, code: 'CONTROL_NOT_NODE' });
  for (const request of [
    { do: 'session.request', peer: '2', mode: 'direct' },
    { do: 'key.rotate', peer: null },
    { do: 'leave' },
  ] as const)
    expect(await ask('N1', request)).toMatchObject({ ok: false, code: 'CONTROL_NOT_JOINED' });
  expect(await ask('N1', { do: 'backup' })).toMatchObject({ code: 'BACKUP_NOTHING' });
  expect(await ask('CE', { do: 'label' })).toMatchObject({ code: 'CONTROL_NO_LABEL' });
});

test('a node shows its sensor, and what its readings wait for', async () => {
  await start('center', 'CE');
  await start('node', 'N1', {
    sensor: { driver: 'synthetic', peers: ['center', 'fedcba9876543210'] },
  });
  const status = async () => (await ask('N1', { do: 'status' })).answer.sensor;
  expect(await status()).toBeNull();
  await ask('CE', { do: 'window.open', forS: 600 });
  await admitted('N1');
  expect(await joined('N1')).toBe(true);
  expect(await status()).toMatchObject({ state: 'starting', last: null });
  await clock.advance(120_000);
  const { state, last, peers } = await status();
  expect(state).toBe('ok');
  expect(last).toMatchObject({ epoch: 1, temperatureC: expect.any(Number) });
  expect(peers).toEqual([
    { peer: 'center', state: 'ok', advice: null, waiting: 0, dropped: 0 },
    {
      ...{ peer: 'fedcba9876543210', state: 'PEER_UNKNOWN', waiting: last.number, dropped: 0 },
      advice: expect.stringContaining('ties nodes'),
    },
  ]);
});

test('a session that cannot be is refused by name', async () => {
  await start('node', 'N1');
  expect(await ask('N1', { do: 'session.request', peer: '9', mode: 'direct' })).toMatchObject({
    ...{ ok: false, code: 'CONTROL_NOT_JOINED', message: expect.stringContaining('ties status') },
  });
});

test('what is missing is told in its own words, and nothing is left open', async () => {
  const tpm = { driver: 'device', device: '/dev/no-tpm' } as const;
  await expect(start('node', 'N1', { tpm })).rejects.toMatchObject({ code: 'TPM_UNAVAILABLE' });
  const radio = { spi: '/dev/spidev9.9' } as const;
  await expect(start('node', 'N1', { radio })).rejects.toMatchObject({
    code: expect.stringMatching(/^SPI_/),
  });
  const first = await start('node', 'N1');
  await expect(start('node', 'N1')).rejects.toMatchObject({ code: 'CONTROL_IN_USE' });
  expect(closed).toEqual(['N1']);
  await first.stop();
  expect(told.at(-1)).toBe('N1 stopping');
  await start('node', 'N1');
});

test('a store that is in use, newer or damaged is told before anything else', async () => {
  const directory = join(folder, 'store');
  const lock = flock(koffiFfi);
  const begin = () =>
    start('node', 'N1', {
      store: { directory },
      tpm: { driver: 'device', device: '/dev/no-tpm' },
    });
  const first = await openLmdbStore({ directory, clock, lock });
  await expect(begin()).rejects.toMatchObject({
    code: 'STORE_IN_USE',
    message: expect.stringContaining(`kill ${process.pid}`),
  });
  await first.close();
  await expect(begin()).rejects.toMatchObject({ code: 'TPM_UNAVAILABLE' });
  expect(logged.join()).not.toMatch(/set aside/);

  writeFileSync(join(directory, 'store.mdb'), 'not a store');
  await expect(begin()).rejects.toMatchObject({ code: 'TPM_UNAVAILABLE' });
  expect(logged.join()).toMatch(/store.mdb.corrupt-1, and an empty store begun/);

  const asItIs: Migration = (values) => values;
  await (
    await openLmdbStore({
      directory,
      clock,
      lock,
      format: FORMAT + 1,
      migrations: { 1: asItIs, 2: asItIs },
    })
  ).close();
  await expect(begin()).rejects.toMatchObject({
    code: 'STORE_NEWER',
    message: expect.stringContaining('install the newer ties again'),
  });
});
