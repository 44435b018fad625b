import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memberRole, type RoleInput, roleSchema } from '../config/role.ts';
import type { Radio } from '../drivers/radio/interface.ts';
import { TiesError } from '../protocol/errors.ts';
import { presets } from '../protocol/lora/presets.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import { simulatedMedium } from '../simulations/medium/medium.ts';
import { seededRandom } from '../simulations/seeded-random.ts';
import { inChunks } from '../test/trace/frames.ts';
import type { TracedFrame } from '../transports/trace/frame.ts';
import { readTrace, Troubles } from '../transports/trace/reading.ts';
import type { ControlRequest } from './control/requests.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { startSniffer } from './sniffer.ts';

let folder: string;
let clock: HeapClock;
let other: Radio;
let troubles: Subject<TiesError>;
let daemon: Daemon;
let logged: Record<string, unknown>[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-recording-'));
  clock = new HeapClock();
  troubles = new Subject();
  logged = [];
});

afterEach(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

const traces = () => join(folder, 'traces');

/** A device of this role, and another radio beside it. */
const start = async (role: 'sniffer' | 'node', trace: RoleInput['trace']): Promise<void> => {
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  other = medium.join({ modulation: presets.default });
  const input = {
    ...{ clock, originNs: () => 1_000_000_000n, random: seededRandom(1, role) },
    log: pino({}, { write: (line: string) => logged.push(JSON.parse(line)) }),
    manager: {
      ...{ ready: () => {}, status: () => {}, stopping: () => {}, alive: () => {} },
      watchdogMs: null,
    },
    simulated: {
      socketRadio: async (): Promise<Radio> => {
        const radio = medium.join({ modulation: presets.default });
        return Object.defineProperty(radio, 'troubles', { value: troubles });
      },
      startSwtpm: () => Promise.reject(new Error('not here')),
      syntheticSensor: () => Promise.reject(new Error('not here')),
    },
  };
  const of = {
    ...{ name: 'S1', tpm: { driver: 'model' } as const, trace: { directory: traces(), ...trace } },
    radio: { driver: 'socket', path: join(folder, 'air') } as const,
    control: { socket: join(folder, 'control') },
  };
  daemon = await (role === 'node'
    ? startDaemon(memberRole({ ...of, role }), input)
    : startSniffer(roleSchema.parse({ ...of, role }), input));
};

const ask = async (request: ControlRequest): Promise<{ answer: unknown }> => {
  const socket = connect(join(folder, 'control'));
  socket.write(`${JSON.stringify(request)}\n`);
  return JSON.parse(await text(socket));
};

const say = async (...bytes: number[]): Promise<void> => {
  other.transmit(Uint8Array.from(bytes)).subscribe();
  await clock.advance(1000);
};

const read = async (path: string): Promise<TracedFrame[]> => {
  const frames: TracedFrame[] = [];
  for await (const batch of readTrace(inChunks(readFileSync(path)), new Troubles()))
    frames.push(...batch);
  return frames;
};

test('a sniffer writes what it hears, tells of it, and never sends', async () => {
  await start('sniffer', {});
  await say(1, 2, 3);
  await say(4);
  const { path } = (await ask({ do: 'trace.flush' })).answer as { path: string };
  const frames = await read(path);
  expect(frames.map(({ frame }) => [...frame])).toEqual([[1, 2, 3], [4]]);
  expect(frames[0]).toMatchObject({ atNs: 1_015_488_000n, direction: 'received' });
  expect((await ask({ do: 'status' })).answer).toEqual({
    ...{ name: 'S1', role: 'sniffer', state: 'listening', upS: 2, radio: 'ok', frames: 2 },
  });
});

test('what only members do it refuses by name', async () => {
  await start('sniffer', {});
  for (const request of [
    { do: 'nodes' },
    { do: 'window.close' },
    { do: 'session.request', peer: '2', mode: 'direct' },
  ] as const)
    expect(await ask(request)).toMatchObject({ ok: false, code: 'CONTROL_NOT_MEMBER' });
});

test.each(['sniffer', 'node'] as const)(
  'of a %s that keeps the recent, a trouble of the radio brings it onto the disk, once a minute',
  async (role) => {
    await start(role, { keep: 'recent' });
    await say(1);
    troubles.next(new TiesError('RADIO_HEALED', 'Check its wires.'));
    await say(2);
    troubles.next(new TiesError('RADIO_HEALED', 'Check its wires.'));
    expect(readdirSync(traces())).toEqual(['trace-000001.pcapng']);
    expect(logged).toContainEqual(
      expect.objectContaining({
        ...{ msg: 'trace.flushed', fault: 'RADIO_HEALED' },
        path: join(traces(), 'trace-000001.pcapng'),
      }),
    );
    await clock.advance(60_000);
    troubles.next(new TiesError('RADIO_BROKEN', 'Check its wires.'));
    const second = await read(join(traces(), 'trace-000002.pcapng'));
    expect(second.map(({ frame }) => [...frame])).toContainEqual([2]);
  },
);

test('a node records what it sends beside what it hears, in the header its role asks for', async () => {
  await start('node', { loratap: '1' });
  await clock.advance(5_000);
  await say(7);
  const { path } = (await ask({ do: 'trace.flush' })).answer as { path: string };
  const frames = await read(path);
  expect(new Set(frames.map(({ direction }) => direction))).toEqual(new Set(['sent', 'received']));
  expect(frames[0]?.channel.codingRateDenominator).toBe(5);
});

test('a disk that does not take it is logged, and the device goes on', async () => {
  await start('sniffer', { directory: '/dev/null/traces' });
  await say(1);
  await say(2);
  expect(logged.map(({ code }) => code)).toEqual(['TRACE_UNWRITABLE']);
  expect(await ask({ do: 'status' })).toMatchObject({ ok: true, answer: { frames: 2 } });
});
