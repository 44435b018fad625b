import { expect, test } from 'vitest';
import { fromDb } from '../medium/decibel.ts';
import {
  type Collisions,
  correctedCollisions,
  lorasimCollisions,
  ns3Collisions,
  type OnAir,
  simpleCollisions,
} from './collisions.ts';
import { settingOf } from './experiment.ts';
import type { Field } from './field.ts';

interface Frame {
  readonly beginMs: number;
  readonly dbm: number;
  readonly ms?: number;
  readonly spreadingFactor?: number;
}

const SYMBOL_MS = 10;
const NEEDED_MS = 3 * SYMBOL_MS;

/** Which of these frames are lost, by their place, given in the order in which they begin. */
const lost = (collisions: Collisions, frames: readonly Frame[]): number[] => {
  const settings = [12, 7].map((spreadingFactor) => ({
    ...settingOf(0, 20, 0, () => 0),
    spreadingFactor,
  }));
  const field: Field = {
    airtimeMs: Float64Array.from(frames, ({ ms = 1000 }) => ms),
    symbolMs: new Float64Array(frames.length).fill(SYMBOL_MS),
    receivedDbm: Float64Array.from(frames, ({ dbm }) => dbm),
    receivedMw: Float64Array.from(frames, ({ dbm }) => fromDb(dbm)),
    isHeard: new Uint8Array(frames.length).fill(1),
    setting: Uint8Array.from(frames, ({ spreadingFactor = 12 }) =>
      spreadingFactor === 12 ? 0 : 1,
    ),
    settings,
  };
  const onAir: OnAir = {
    nodes: new Int32Array(frames.length),
    count: 0,
    endMs: new Float64Array(frames.length),
    isLost: new Uint8Array(frames.length),
  };
  const begin = collisions(field, onAir);
  for (const [node, { beginMs, ms = 1000 }] of frames.entries()) {
    const sending = [...onAir.nodes.subarray(0, onAir.count)].filter(
      (other) => (onAir.endMs[other] as number) > beginMs,
    );
    onAir.nodes.set(sending);
    onAir.count = sending.length;
    onAir.endMs[node] = beginMs + ms;
    begin(node, beginMs);
    onAir.nodes[onAir.count] = node;
    onAir.count += 1;
  }
  return frames.flatMap((_, node) => (onAir.isLost[node] === 1 ? [node] : []));
};

const ALL = {
  simple: simpleCollisions,
  lorasim: lorasimCollisions,
  corrected: correctedCollisions,
  ns3: ns3Collisions,
};
/** By each rule. */
const byAll = (...frames: readonly Frame[]): Record<string, number[]> =>
  Object.fromEntries(Object.entries(ALL).map(([name, rule]) => [name, lost(rule, frames)]));

const both = [0, 1];

test('one after the other: none is lost', () => {
  const none = { simple: [], lorasim: [], corrected: [], ns3: [] };
  expect(byAll({ beginMs: 0, dbm: -100 }, { beginMs: 1000, dbm: -100 })).toEqual(none);
});

test('equally strong: both are lost', () => {
  const all = { simple: both, lorasim: both, corrected: both, ns3: both };
  expect(byAll({ beginMs: 0, dbm: -100 }, { beginMs: 100, dbm: -100 })).toEqual(all);
});

test('7 dB stronger: that one is captured, but where nothing is', () => {
  const weaker = { simple: both, lorasim: [0], corrected: [0], ns3: [0] };
  expect(byAll({ beginMs: 0, dbm: -107 }, { beginMs: 100, dbm: -100 })).toEqual(weaker);
  const later = { simple: both, lorasim: [1], corrected: [1], ns3: [1] };
  expect(byAll({ beginMs: 0, dbm: -100 }, { beginMs: 100, dbm: -107 })).toEqual(later);
});

test('the first symbols of a preamble may be lost; LoRaSim spares the other frame as well', () => {
  const beginMs = 1000 - NEEDED_MS;
  expect(byAll({ beginMs: 0, dbm: -100 }, { beginMs, dbm: -100 })).toMatchObject({
    lorasim: [],
    corrected: [0],
  });
  const sooner = { beginMs: beginMs - 1, dbm: -100 };
  expect(byAll({ beginMs: 0, dbm: -100 }, sooner)).toMatchObject({
    lorasim: both,
    corrected: both,
  });
});

test('two that could each be borne are together too strong, but for LoRaSim', () => {
  const frames = [-107, -107, -100].map((dbm, at) => ({ beginMs: 100 * at, dbm }));
  expect(byAll(...frames)).toMatchObject({ lorasim: both, corrected: [0, 1, 2] });
  for (const apartMs of [1, 100]) {
    const after = [-100, -107, -107].map((dbm, at) => ({ beginMs: apartMs * at, dbm }));
    expect(byAll(...after)).toMatchObject({ lorasim: [1, 2], corrected: [0, 1, 2] });
  }
});

test('two that are never on air together do not add up', () => {
  const frames = [
    { beginMs: 0, dbm: -100 },
    { beginMs: 100, dbm: -107, ms: 200 },
    { beginMs: 400, dbm: -107, ms: 200 },
  ];
  expect(lost(correctedCollisions, frames)).toEqual([1, 2]);
});

test('by energy, a short overlap with an equal one does no harm', () => {
  expect(byAll({ beginMs: 0, dbm: -100 }, { beginMs: 900, dbm: -100 })).toMatchObject({
    corrected: both,
    ns3: [],
  });
});

test('other spreading factors disturb only where they are much stronger, in LoRaSim never', () => {
  const at = (dbm: number) =>
    byAll({ beginMs: 0, dbm: -120 }, { beginMs: 100, dbm, spreadingFactor: 7 });
  expect(at(-100)).toEqual({ simple: [], lorasim: [], corrected: [], ns3: [] });
  expect(at(-80)).toMatchObject({ lorasim: [], corrected: [0], ns3: [0] });
});
