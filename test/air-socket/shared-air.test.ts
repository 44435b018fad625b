import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Radio } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { pack } from '../../protocol/msgpack.ts';
import { framed } from '../../simulations/air-socket/framing.ts';
import { encode, VERSION } from '../../simulations/air-socket/messages.ts';
import { serveAir } from '../../simulations/air-socket/server.ts';
import { SharedAir } from './shared-air.ts';

let air: SharedAir;
beforeEach(async () => {
  air = new SharedAir();
  await air.serve();
});
afterEach(() => air.end());

const FRAME = new Uint8Array(20).fill(7);

/** What it hears and what troubles it from here on. */
const watched = (radio: Radio) => {
  const [heard, troubles]: [number[], string[]] = [[], []];
  radio.receptions.subscribe(({ frame }) => heard.push(frame.length));
  radio.troubles.subscribe(({ code }) => troubles.push(code));
  return { heard, troubles };
};

const say = (radio: Radio, length = 20) => {
  const said = { isDone: false, code: null as string | null };
  radio.transmit(new Uint8Array(length)).subscribe({
    complete: () => {
      said.isDone = true;
    },
    error: ({ code }) => {
      said.code = code;
    },
  });
  return said;
};

/** A connection that says what it likes. */
const stranger = (): Socket & { isCut(): boolean } => {
  const socket = connect(air.path);
  let isCut = false;
  socket
    .on('error', () => {})
    .on('close', () => {
      isCut = true;
    });
  return Object.assign(socket, { isCut: () => isCut });
};

const hello = (id: string | null = null) =>
  framed(
    encode({
      ...{ type: 'hello', version: VERSION, id, position: { x: 0, y: 0 } },
      modulation: presets.paper,
    }),
  );

test('places and names hold on the air', async () => {
  const a = await air.radio({ id: 'a' });
  await air.radio({ id: 'near', position: { x: 30, y: 40 } });
  await air.radio({ id: 'far', position: { x: 10_000, y: 0 } });
  say(a);
  await air.pass(1000);
  expect(air.seen[0]).toMatchObject({ radioId: 'a' });
  expect(Object.fromEntries(air.seen[0]?.outcomes ?? [])).toEqual({
    ...{ near: 'received', far: 'below-sensitivity' },
  });
});

test('two radios have not one name; once the first is gone it may be had again', async () => {
  const first = await air.radio({ id: 'a' });
  await expect(air.radio({ id: 'a' })).rejects.toMatchObject({ code: 'AIR_ID_TAKEN' });
  first.close();
  await air.pass(1);
  await expect(air.radio({ id: 'a' })).resolves.toBeDefined();
});

test('where there is no air one is told how to start it', async () => {
  const nowhere = air.radio({ path: join(air.directory, 'nowhere') });
  await expect(nowhere).rejects.toMatchObject({
    ...{ code: 'AIR_UNREACHABLE', message: expect.stringMatching(/ties air --socket/) },
  });
});

test('an air that goes away troubles its radios, and finds them again where they were tuned', async () => {
  const [a, b] = [await air.radio(), await air.radio()];
  const [{ troubles }, { heard }] = [watched(a), watched(b)];
  const away = { ...presets.paper, spreadingFactor: 8 };
  for (const radio of [a, b]) radio.tune(away).subscribe();
  await air.pass(1);
  const cut = say(a);
  await air.pass(1);
  await air.stop();
  expect([cut.code, say(a).code, troubles]).toEqual(['AIR_LOST', 'AIR_LOST', ['AIR_LOST']]);
  await air.pass(20_000);
  expect(troubles).toEqual(['AIR_LOST']);

  await air.serve();
  await air.pass(2_000);
  expect(troubles).toEqual(['AIR_LOST', 'AIR_BACK']);
  const said = say(a, 30);
  await air.pass(1000);
  expect([said.isDone, heard]).toEqual([true, [30]]);
});

test('what meanwhile took its name is told once, and waited for', async () => {
  const a = await air.radio({ id: 'a' });
  const { troubles } = watched(a);
  await air.stop();
  await air.serve();
  const thief = await air.radio({ id: 'a' });
  await air.pass(10_000);
  expect(troubles).toEqual(['AIR_LOST', 'AIR_ID_TAKEN']);
  thief.close();
  await air.pass(10_000);
  expect(troubles).toEqual(['AIR_LOST', 'AIR_ID_TAKEN', 'AIR_BACK']);
});

test('closed while it looks for the air, a radio gives up', async () => {
  const a = await air.radio({ id: 'a' });
  await air.stop();
  a.close();
  await air.serve();
  await air.pass(10_000);
  say(await air.radio());
  await air.pass(1000);
  expect(air.seen.map(({ radioId }) => radioId)).toEqual(['radio-1']);
});

test('who dies amid a frame harms nobody', async () => {
  const [a, b] = [await air.radio({ id: 'a' }), await air.radio({ id: 'b' })];
  const { heard } = watched(b);
  const dying = stranger();
  dying.write(hello('dying'));
  await air.pass(1);
  dying.write(framed(encode({ type: 'transmit', number: 1, frame: FRAME })));
  await air.pass(1);
  dying.destroy();
  await air.pass(1000);
  say(a, 30);
  await air.pass(1000);
  expect(heard).toEqual([20, 30]);
});

const transmit = framed(encode({ type: 'transmit', number: 1, frame: FRAME }));

test.each([
  ['no message at all', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a huge length', Buffer.of(0xff, 0xff)],
  ['a length of nothing', Buffer.of(0, 0)],
  ['an answer', framed(encode({ type: 'done', number: 1 }))],
  ['a request before its hello', transmit],
  ['a second hello', Buffer.concat([hello(), hello()])],
  ['a map', framed(Uint8Array.of(0x81, 0xa1, 0x61, 0x01))],
  [
    'a frame of 256 B',
    Buffer.concat([hello(), framed(pack(['transmit', 1, new Uint8Array(256)]))]),
  ],
  [
    'another version',
    framed(pack(['hello', 2, null, [0, 0], [868_100_000, 7, 125_000_000, 5, 8, 18, 1400]])),
  ],
])('who says %s is cut off, and nobody else', async (_, bytes) => {
  const [a, b] = [await air.radio(), await air.radio()];
  const { heard, troubles } = watched(b);
  const socket = stranger();
  socket.write(bytes);
  socket.resume();
  await air.pass(10);
  expect(socket.isCut()).toBe(true);
  say(a);
  await air.pass(1000);
  expect([heard, troubles]).toEqual([[20], []]);
});

test('who says nothing is cut off after a while', async () => {
  const socket = stranger();
  socket.resume();
  await air.pass(4_900);
  expect(socket.isCut()).toBe(false);
  await air.pass(200);
  expect(socket.isCut()).toBe(true);
});

test('who does not read is cut off, and what waits for it is bounded', async () => {
  const [a, b] = [await air.radio(), await air.radio()];
  const { heard } = watched(b);
  const socket = stranger();
  socket.write(hello('deaf'));
  socket.pause();
  let count = 0;
  const hears = () => air.seen.at(-1)?.outcomes.has('deaf') ?? true;
  while (hears() && count < 3000) {
    count += 1;
    say(a, 255);
    await air.pass(400);
  }
  // Linux keeps some 200 kB of a socket; the rest would wait in memory.
  expect(count).toBeLessThan(3000);
  expect(heard).toHaveLength(count);
  socket.destroy();
});

test('who asks for too much at once is told so, and the rest goes on', async () => {
  const b = await air.radio();
  const { heard } = watched(b);
  const socket = stranger();
  socket.write(hello());
  let answered = 0;
  socket.on('data', ({ length }) => {
    answered += length;
  });
  await air.pass(1);
  for (let i = 0; i < 500; i += 1) socket.write(transmit);
  await air.pass(2000);
  expect(answered).toBeGreaterThan(499 * 10);
  expect(heard).toEqual([20]);
  expect(socket.isCut()).toBe(false);
  socket.destroy();
});

test('a radio cuts off an air that talks rubbish, or never welcomes it', async () => {
  const path = join(air.directory, 'impostor');
  const sockets: Socket[] = [];
  const impostor = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    if (sockets.length === 1) socket.write('rubbish');
  }).listen(path);
  await expect(air.radio({ path })).rejects.toMatchObject({ code: 'AIR_MALFORMED' });
  const ignored = air.radio({ path });
  const refused = expect(ignored).rejects.toMatchObject({ code: 'AIR_UNREACHABLE' });
  await air.pass(6000);
  await refused;
  for (const socket of sockets) socket.destroy();
  impostor.close();
});

const serveAt = (path: string) =>
  serveAir({ path, medium: null as never, clock: air.clock }).then((server) => server.close());

test('a path that is taken or cannot be is refused with what to do', async () => {
  const file = join(air.directory, 'file');
  writeFileSync(file, 'precious');
  mkdirSync(join(air.directory, 'folder'));
  for (const path of [
    ...[air.path, file, join(air.directory, 'folder')],
    ...[join(air.directory, 'none', 'air'), join(air.directory, 'x'.repeat(120))],
  ])
    await expect(serveAt(path)).rejects.toMatchObject({ code: 'AIR_PATH' });
  expect(readFileSync(file, 'utf8')).toBe('precious');
  const long = air.radio({ path: join(air.directory, 'x'.repeat(120)) });
  await expect(long).rejects.toMatchObject({ code: 'AIR_PATH' });
  await expect(air.radio()).resolves.toBeDefined();
});

test('when it ends the socket is gone', async () => {
  expect(existsSync(air.path)).toBe(true);
  await air.stop();
  expect(existsSync(air.path)).toBe(false);
});
