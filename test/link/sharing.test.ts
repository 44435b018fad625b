import { of } from 'rxjs';
import { expect, test } from 'vitest';
import { fairness } from '../../bench/link/fairness.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import { symbolMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { losing, untimed } from './transcript.ts';
import { bytes, linkWorld } from './world.ts';

test('a sender waits while another is heard, and then sends', async () => {
  const world = linkWorld({ nodes: { a: 1, b: 2, c: 3 } });
  world.send('a', 'b', bytes(200));
  await world.clock.advance(50);
  world.send('c', 'b', bytes(100));
  await world.clock.advance(5000);
  expect(untimed(world.transcript)).toEqual(['a data 0/0', 'b ack 1', 'c data 0/0', 'b ack 1']);
});

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

test.each(seeds)(
  'two that begin at once lose both frames and then part (seed %d)',
  async (seed) => {
    const world = linkWorld({ seed });
    const both = [world.send('a', 'b', bytes(200)), world.send('b', 'a', bytes(200))];
    await world.clock.advance(10_000);
    expect(world.transcript.slice(0, 2)).toEqual([
      '2 a data 0/0, half-duplex at b',
      '2 b data 0/0, half-duplex at a',
    ]);
    expect(both.every(({ delivery }) => delivery !== null)).toBe(true);
    expect([world.inbox('a'), world.inbox('b')].map(({ length }) => length)).toEqual([1, 1]);
  },
);

test('whoever has more to send leaves the peer room to answer', async () => {
  const world = linkWorld();
  const answer = () => world.send('b', 'a', bytes(50, 9));
  world.link('b').messages.subscribe(() => world.clock.setTimeout(answer, 20));
  world.send('a', 'b', bytes(100));
  world.send('a', 'b', bytes(100, 2));
  await world.clock.advance(10_000);
  expect(untimed(world.transcript).slice(0, 4)).toEqual([
    'a data 0/0',
    'b ack 1',
    'b data 0/0',
    'a data 0/0 with ack 1',
  ]);
  expect(world.transcript.filter((line) => line.includes(','))).toEqual([]);
});

test.each(['paper', 'default', 'range'] as const)(
  'whoever asks for more looks only when the answer is locked on (%s)',
  async (preset) => {
    const modulation = presets[preset];
    const looksMs: number[] = [];
    const watched = (name: string, radio: Radio): Radio => ({
      get modulation() {
        return radio.modulation;
      },
      receptions: radio.receptions,
      transmit: (frame) => radio.transmit(frame),
      senseActivity: () => {
        if (name === 'b') looksMs.push(world.clock.now());
        return radio.senseActivity();
      },
      troubles: radio.troubles,
      tune: (tuned) => radio.tune(tuned),
      close: () => radio.close(),
    });
    const soon = { bytes: (count: number) => new Uint8Array(count) };
    const randomFor = () => soon;
    const world = linkWorld({ modulation, radioFor: watched, randomFor, lose: losing(0) });
    const sent: { id: string; startMs: number; endMs: number }[] = [];
    world.medium.transmissions.subscribe(({ radioId, startMs, endMs }) =>
      sent.push({ id: radioId, startMs, endMs }),
    );
    const whole = world.send('a', 'b', bytes(600));
    await world.clock.advance(100);
    world.send('b', 'a', bytes(200));
    await world.clock.runUntil(() => whole.isOver);
    const asked = sent.findIndex(({ id }) => id === 'b');
    const [ack, answer] = [sent[asked], sent[asked + 1]];
    expect(answer?.id).toBe('a');
    const lookMs = looksMs.find((ms) => ms > (ack?.endMs ?? 0)) as number;
    const lockedMs = (answer?.startMs ?? 0) + 5 * symbolMs(modulation);
    expect(lookMs).toBeGreaterThanOrEqual(lockedMs);
  },
);

test('two senders with the same sequence numbers each get their own answer', async () => {
  const world = linkWorld({
    nodes: { a: 1, b: 2, c: 3 },
    randomFor: (name) => seededRandom(1, name === 'c' ? 'a' : name),
  });
  const seqs: number[] = [];
  world.medium.transmissions.subscribe(({ frame, radioId }) => {
    if (radioId !== 'b') seqs.push(frame[6] as number);
  });
  const fromA = world.send('a', 'b', bytes(600, 1));
  await world.clock.advance(100);
  const fromC = world.send('c', 'b', bytes(600, 3));
  await world.clock.advance(10_000);
  expect(new Set(seqs).size).toBe(1);
  expect([fromA.delivery, fromC.delivery]).not.toContain(null);
  expect(world.inbox('b')).toMatchObject([
    { src: 1, payload: bytes(600, 1) },
    { src: 3, payload: bytes(600, 3) },
  ]);
});

test('noise holds back neither an acknowledgement nor, in the end, a message', async () => {
  const deafened = (radio: Radio): Radio => ({
    modulation: radio.modulation,
    receptions: radio.receptions,
    transmit: (frame) => radio.transmit(frame),
    senseActivity: () => of({ detected: true, receiving: false, rssiDbm: -120 }),
    troubles: radio.troubles,
    tune: (modulation) => radio.tune(modulation),
    close: () => radio.close(),
  });
  const world = linkWorld({ radioFor: (_, radio) => deafened(radio) });
  const sent = world.send('a', 'b', bytes(100));
  await world.clock.runUntil(() => sent.isOver, 20_000);
  expect(untimed(world.transcript)).toEqual(['a data 0/0', 'b ack 1']);
  const [dataMs, ackMs] = world.transcript.map((line) => Number.parseInt(line, 10));
  expect((ackMs as number) - (dataMs as number)).toBeLessThan(192);
});

test.each(seeds)('eight that all report at once get through (seed %d)', async (seed) => {
  const nodes = Object.fromEntries([...'0abcdefgh'].map((name, index) => [name, index + 1]));
  const world = linkWorld({ seed, nodes, modulation: presets.default, loss: 0.1 });
  const all = [...'abcdefgh'].map((name) => world.send(name, '0', bytes(60, nodes[name])));
  await world.clock.advance(60_000);
  expect(all.map(({ fault }) => fault)).toEqual(new Array(8).fill(null));
  expect(world.inbox('0')).toHaveLength(8);
});

test.each([
  [0, 200, 4000],
  [0.1, 30, 1500],
])('ten that saturate a channel get equal shares (loss %d, %d B)', (loss, payloadBytes, bps) => {
  const { jain, lost, goodputBps } = fairness({ loss, payloadBytes, minutes: 2 });
  expect(lost).toBe(0);
  expect(jain).toBeGreaterThan(0.85);
  expect(goodputBps).toBeGreaterThan(bps);
});

test('so do two, of which neither gets the channel for good', () => {
  expect(fairness({ nodes: 2, minutes: 1 })).toMatchObject({
    lost: 0,
    jain: expect.closeTo(1, 1),
  });
});

test.each([
  [2, 200, 2000],
  [10, 200, 1500],
])('%i of whom half cannot hear the other half share alike (%d B)', (nodes, payloadBytes, bps) => {
  const sides = Array.from({ length: nodes }, (_, y) => ({ x: y % 2 === 0 ? -80 : 80, y }));
  const positions = [...sides, { x: 0, y: 0 }];
  const { jain, lost, goodputBps } = fairness({ nodes, positions, minutes: 2, payloadBytes });
  expect(lost).toBe(0);
  expect(jain).toBeGreaterThan(0.9);
  expect(goodputBps).toBeGreaterThan(bps);
});

test('on a saturated channel what matters more goes first, and acknowledgements before', async () => {
  const nodes = { a: 1, b: 2, c: 3, d: 4, e: 5 };
  const world = linkWorld({ nodes, modulation: presets.default, dutyCycle: 'unlimited' });
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ea'] as Iterable<string>)
    for (let count = 0; count < 20; count += 1)
      world.send(from as string, to as string, bytes(200, count));
  await world.clock.advance(5000);
  const urgent = world.send('a', 'c', bytes(200, 99), 1);
  const startMs = world.clock.now();
  await world.clock.runUntil(() => urgent.isOver);
  expect(urgent.delivery).not.toBeNull();
  expect(world.clock.now() - startMs).toBeLessThan(3000);
  const waits = world.transcript.flatMap((line, at, all) => {
    const wanted = /^(\d+) \w data 0\/0$/.exec(line);
    const [next] = all.slice(at + 1).filter((other) => !other.includes('collision'));
    return wanted && next?.includes(' ack ') ? [Number.parseInt(next, 10) - Number(wanted[1])] : [];
  });
  expect(waits.length).toBeGreaterThan(10);
  expect(Math.max(...waits)).toBeLessThan(250);
});

test('a link takes the address it is given, and lets the old one go', async () => {
  const world = linkWorld();
  world.link('b').listenAs([7]);
  const toNew = world.send('a', 7, bytes(10));
  const toOld = world.send('a', 'b', bytes(10));
  await world.clock.advance(20_000);
  expect(toNew.delivery).not.toBeNull();
  expect(toOld.fault).toMatchObject({ code: 'LINK_NO_ACK' });
  expect(world.inbox('b')).toMatchObject([{ dst: 7 }]);
});

test('what was sent from an address is acknowledged to it, though it was let go meanwhile', async () => {
  const world = linkWorld();
  const sent = world.send('a', 'b', bytes(10));
  const waiting = world.send('a', 'b', bytes(20));
  world.link('a').listenAs([7]);
  await world.clock.advance(5_000);
  expect([sent.delivery, waiting.delivery]).toMatchObject([{ frames: 1 }, { frames: 1 }]);
});

test('who was silent is told at once what there is for it when it was heard to speak to others', async () => {
  let isDeaf = true;
  const nodes = { a: 1, b: 2, c: 3 };
  const world = linkWorld({ nodes, lose: (_, receiver) => receiver === 'b' && isDeaf });
  const first = world.send('a', 'b', bytes(10));
  await world.clock.runUntil(() => first.isOver);
  expect(first.fault).toMatchObject({ code: 'LINK_NO_ACK' });
  isDeaf = false;
  world.send('b', 'c', bytes(10));
  await world.clock.advance(1_000);
  const since = world.transcript.length;
  world.send('a', 'b', bytes(200));
  await world.clock.advance(1_000);
  expect(untimed(world.transcript.slice(since))).toEqual(['a data 0/0', 'b ack 1']);
});
