import { describe, expect, test } from 'vitest';
import type { Disk } from '../../actors/store/durable-store.ts';
import type { Sensor } from '../../drivers/sensor/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { Reading } from '../../protocol/reading.ts';
import type { WorldOptions } from '../../simulations/world.ts';
import { decodeFrame } from '../../transports/lora/frame.ts';
import { Insider } from '../attacks/insider.ts';
import { Attacker } from './attacker.ts';
import { beginningOf, type Overheard, overheardIn } from './frames.ts';
import { inNetwork, type Network, READING } from './network.ts';

/** What `device` was sent by `from`, as epoch and number, in the order it came. */
const arrived = (network: Network, device: string, since = 0): string[] =>
  network
    .news('reading.received', since)
    .filter((news) => news.device === device)
    .map(({ reading }) => {
      const { epoch, number } = reading as Reading;
      return `${epoch}.${number}`;
    });

const measured = (network: Network, device: string): string[] =>
  network
    .news('sensor.measured')
    .filter((news) => news.device === device)
    .map(({ reading }) => `${(reading as Reading).epoch}.${(reading as Reading).number}`);

/** The device got all that N1 measured, in order, but for one that may be on its way. */
const gotAll = (network: Network, device: string): void => {
  const [got, all] = [[...new Set(arrived(network, device))], measured(network, 'N1')];
  expect(got).toEqual(all.slice(0, got.length));
  expect(all.length - got.length).toBeLessThanOrEqual(1);
};

const restart = async ({ world }: Network, name: string, offMs = 0): Promise<void> => {
  await world.powerOff(name);
  await world.clock.advance(offMs);
  world.switchOn(name);
};

/** A sensor that can be pulled out. */
const pluggable = () => {
  const plug = { isIn: true, asked: 0 };
  const sensor: Sensor = {
    read: async () => {
      plug.asked += 1;
      if (!plug.isIn) throw new TiesError('I2C_NO_ACK', 'Check wires.');
      return { temperatureC: 20, humidityPercent: 50, pressurePa: 100_000 };
    },
    close: async () => {},
  };
  return { plug, sensor };
};

/** Disks that count what is written of readings. */
const counting = () => {
  const writes: string[][] = [];
  const wrapDisk = (disk: Disk): Disk => ({
    commit: (changes) => {
      const keys = [...changes.keys()].filter((key) => key.startsWith('reading'));
      if (keys.length > 0) writes.push(keys);
      return disk.commit(changes);
    },
    close: () => disk.close(),
  });
  return { writes, wrapDisk };
};

const MINUTES_MS = 60_000;

describe('a node with a sensor', () => {
  test('sends what it measures to the center and to its peers, each once, in order', () => {
    const { writes, wrapDisk } = counting();
    const sensors = { N1: { peers: ['CE', 'N2'] } };
    return inNetwork({ nodes: 2, sensors, wrapDisk }, async (network) => {
      await network.join('N1', 'N2');
      await network.settle(11 * MINUTES_MS);
      const numbers = measured(network, 'N1');
      expect(numbers.length).toBeGreaterThan(9);
      expect(numbers).toEqual(numbers.map((_, at) => `1.${at + 1}`));
      for (const device of ['CE', 'N2']) {
        gotAll(network, device);
        expect(new Set(arrived(network, device)).size).toBe(arrived(network, device).length);
      }
      expect(network.news('reading.received')[0]).toMatchObject({ from: 2 });
      // An SD card is not worn by what gets through.
      expect(writes).toEqual([]);
    });
  });

  test('keeps what its center misses, and sends it in order when it is back', () =>
    inNetwork({ nodes: 1, sensors: { N1: { peers: ['CE'] } } }, async (network) => {
      await network.join('N1');
      await network.settle(2 * MINUTES_MS);
      await restart(network, 'CE', 4 * MINUTES_MS);
      await network.settle(6 * MINUTES_MS);
      // What it had before it restarted comes again, as it might have missed it.
      gotAll(network, 'CE');
      expect(measured(network, 'N1').length).toBeGreaterThan(9);
      const held = network.news('readings.held');
      expect(held).toMatchObject([{ peer: 'center', reason: 'LINK_NO_ACK', waiting: 1 }]);
      expect(network.news('readings.flowing')).toHaveLength(1);
    }));

  test('that restarts meanwhile still has what was written down, and numbers anew', () => {
    const { writes, wrapDisk } = counting();
    const sensors = { N1: { peers: ['CE'] } };
    return inNetwork({ nodes: 1, sensors, wrapDisk }, async (network) => {
      await network.join('N1');
      await network.world.powerOff('CE');
      await network.settle(13 * MINUTES_MS);
      await restart(network, 'N1', MINUTES_MS);
      network.world.switchOn('CE');
      await network.settle(2 * MINUTES_MS);
      const got = arrived(network, 'CE');
      const all = measured(network, 'N1');
      // Power was cut: of what was measured since the last write nothing is left.
      const lost = all.filter((number) => !got.includes(number)).length;
      expect(lost).toBeLessThanOrEqual(5);
      expect(got).toEqual(all.filter((number) => got.includes(number)));
      expect(new Set(got.map((number) => number.split('.')[0]))).toEqual(new Set(['1', '2']));
      expect(writes).toHaveLength(1);
    });
  });

  test('sends a peer that restarted again what it may have missed', () =>
    inNetwork({ nodes: 2, sensors: { N1: { peers: ['N2'], intervalS: 20 } } }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.settle(MINUTES_MS);
      await world.powerOff('CE');
      await restart(network, 'N2');
      // It acknowledges on the link, and takes nothing before its center has answered.
      await network.settle(MINUTES_MS);
      expect(network.refusals()).toContain('N2 data rejoining');
      world.switchOn('CE');
      await network.settle(5 * MINUTES_MS);
      gotAll(network, 'N2');
    }));

  test('waits for a peer that has not joined, and begins when it is on the list', () =>
    inNetwork({ nodes: 2, sensors: { N1: { peers: ['N2'] } } }, async (network) => {
      await network.world.join('N1');
      await network.settle(4 * MINUTES_MS);
      expect(network.news('readings.held')).toMatchObject([{ reason: 'PEER_UNKNOWN' }]);
      await network.world.join('N2');
      await network.settle(MINUTES_MS);
      gotAll(network, 'N2');
    }));

  test('stops when it leaves, and keeps no reading', () =>
    // N2 never joins, so what is for it waits.
    inNetwork({ nodes: 2, sensors: { N1: { peers: ['CE', 'N2'] } } }, async (network) => {
      await network.world.join('N1');
      await network.settle(3 * MINUTES_MS);
      network.world.node('N1').actor.send({ type: 'leave' });
      await network.settle(MINUTES_MS);
      const last = measured(network, 'N1').length;
      await network.settle(10 * MINUTES_MS);
      expect(measured(network, 'N1')).toHaveLength(last);
      expect(network.world.store('N1').entries('reading')).toEqual([]);
    }));
});

describe('a sensor that disappears', () => {
  test('is told once, looked for ever more seldom, and taken up again by itself', () => {
    const { plug, sensor } = pluggable();
    const sensors = { N1: { peers: ['CE'], sensor } };
    return inNetwork({ nodes: 1, sensors }, async (network) => {
      await network.join('N1');
      await network.settle(3 * MINUTES_MS);
      plug.isIn = false;
      const asked = plug.asked;
      await network.settle(10 * MINUTES_MS);
      expect(plug.asked - asked).toBeGreaterThan(9);
      expect(plug.asked - asked).toBeLessThan(16);
      expect(network.news('sensor.failed')).toMatchObject([
        { device: 'N1', reason: 'I2C_NO_ACK', advice: 'Check wires.' },
      ]);
      plug.isIn = true;
      await network.settle(3 * MINUTES_MS);
      expect(network.news('sensor.recovered')).toHaveLength(1);
      gotAll(network, 'CE');
      expect(measured(network, 'N1').length).toBeGreaterThan(4);
    });
  });

  test('amid a measurement, which never ends, is given up', () => {
    const { plug, sensor } = pluggable();
    const hanging: Sensor = {
      ...sensor,
      read: () => (plug.isIn ? sensor.read() : new Promise(() => undefined)),
    };
    const sensors = { N1: { peers: ['CE'], sensor: hanging } };
    return inNetwork({ nodes: 1, sensors }, async (network) => {
      await network.join('N1');
      plug.isIn = false;
      await network.settle(5 * MINUTES_MS);
      expect(network.news('sensor.failed')).toMatchObject([{ reason: 'SENSOR_SILENT' }]);
      plug.isIn = true;
      await network.settle(3 * MINUTES_MS);
      expect(network.news('sensor.recovered')).toHaveLength(1);
    });
  });

  test('or measures what cannot be sends nothing of it', () => {
    const sensor: Sensor = {
      read: async () => ({ temperatureC: Number.NaN, humidityPercent: 50, pressurePa: 100_000 }),
      close: async () => {},
    };
    const sensors = { N1: { peers: ['CE'], sensor } };
    return inNetwork({ nodes: 1, sensors }, async (network) => {
      await network.join('N1');
      await network.settle(5 * MINUTES_MS);
      expect(network.news('sensor.failed')).toMatchObject([{ reason: 'READING_RANGE' }]);
      expect(arrived(network, 'CE')).toEqual([]);
    });
  });
});

/** Loses what acknowledges on the link, for so long from the first reading on. */
const losingAcknowledgements = (forMs: number): NonNullable<WorldOptions['lose']> => {
  let firstMs: number | null = null;
  return ({ frame, startMs }) => {
    if (beginningOf(frame) === 'data') firstMs ??= startMs;
    const isAck = decodeFrame(frame)?.type === 'ack';
    return isAck && firstMs !== null && startMs - firstMs < forMs;
  };
};

describe('a reading to the center', () => {
  const sensors = { N1: { peers: ['CE'] } };
  const flipped = ({ payload }: Overheard): Uint8Array =>
    payload.with(-1, (payload.at(-1) as number) ^ 1);

  test('said again, altered, or of an epoch before is refused, and costs no TPM work', () =>
    inNetwork({ nodes: 1, sensors }, async (network) => {
      await network.join('N1');
      await network.settle(3 * MINUTES_MS);
      const attacker = new Attacker(network);
      const heard = overheardIn(network.transmissions).filter(({ name }) => name === 'data');
      const [first, last] = [heard[0] as Overheard, heard.at(-1) as Overheard];
      const used = network.tpmUses.length;
      await network.world.powerOff('N1');
      const since = network.sightings.length;
      await attacker.tellAndWait(first);
      await attacker.tellAndWait({ ...last, payload: flipped(last).with(3, 77) });
      await attacker.tellAndWait({ ...last, src: 9 });
      // Under the key for control, which is another.
      const content = { name: 'data', counter: 88, clear: {}, body: { payload: READING } } as const;
      await attacker.tellAndWait(await new Insider(network, 'N1').toCenter<'data'>(content));
      expect(network.refusals(since)).toEqual([
        ...['CE data replay', 'CE data tag', 'CE data unknown-source', 'CE data tag'],
      ]);
      expect(network.tpmUses.slice(used)).toEqual([]);
      await restart(network, 'CE');
      await network.settle(5_000);
      await attacker.tellAndWait(last);
      expect(network.refusals(since)).toContain('CE data stale-epoch');
      expect(arrived(network, 'CE', since)).toEqual([]);
    }));

  test('that got there though no acknowledgement came back is known again', () =>
    inNetwork({ nodes: 1, sensors, lose: losingAcknowledgements(20_000) }, async (network) => {
      await network.join('N1');
      await network.settle(3 * MINUTES_MS);
      expect(network.news('readings.held')).toMatchObject([{ reason: 'LINK_NO_ACK' }]);
      expect(network.refusals()).toContain('CE data replay');
      gotAll(network, 'CE');
    }));

  test('of a device that was revoked is dropped, though it does not know', () => {
    const telling: readonly unknown[] = ['revoke', 'roster.delta', 'roster.page'];
    let isDeaf = false;
    const lose: NonNullable<WorldOptions['lose']> = ({ frame }) =>
      isDeaf && telling.includes(beginningOf(frame));
    return inNetwork({ nodes: 1, sensors, lose }, async (network) => {
      await network.join('N1');
      await network.settle(MINUTES_MS);
      isDeaf = true;
      network.world.center.actor.send({ type: 'member.revoke', address: 2 });
      await network.settle(1_000);
      const since = network.sightings.length;
      await network.settle(2 * MINUTES_MS);
      expect(network.refusals(since)).toContain('CE data unauthorized');
      expect(arrived(network, 'CE', since)).toEqual([]);
    });
  });
});

test('nodes that were switched on together do not measure together', () => {
  const sensors = { N1: { peers: ['CE'] }, N2: { peers: ['CE'] }, N3: { peers: ['CE'] } };
  return inNetwork({ nodes: 3, sensors }, async (network) => {
    await network.join('N1', 'N2', 'N3');
    await network.settle(5 * MINUTES_MS);
    const timesMs = (name: string): number[] =>
      network.sightings
        .filter(({ device, type }) => device === name && type === 'sensor.measured')
        .map(({ atMs }) => atMs);
    const firsts = ['N1', 'N2', 'N3'].map((name) => Math.round(Number(timesMs(name)[0]) / 1000));
    expect(new Set(firsts).size).toBe(3);
    const gaps = timesMs('N1').map((atMs, at, all) => atMs - (all[at - 1] ?? 0));
    expect(new Set(gaps.map((gapMs) => Math.round(gapMs / 100))).size).toBeGreaterThan(3);
  });
});
