import { expect, test } from 'vitest';
import { entry } from '../../test/machines/authority.ts';
import {
  altered,
  center,
  delta,
  dismissal,
  forged,
  fork,
  heard,
  input,
  page,
  rosterAt,
} from '../../test/machines/lists.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { type Context, rosterKeeperMachine } from './keeper.ts';
import { nextHash } from './signed.ts';

const ACK = received('ack');
const EVENTS = ['dismissing', 'heard', 'next', 'page', 'skipping'];

chartHolds({
  machine: rosterKeeperMachine,
  begun: {
    'a short list': { input: input(2) },
    'a version to fetch': { input: input(2, 3) },
  },
  events: {
    next: delta(3),
    skipping: delta(5),
    'next forged': forged(delta(3)),
    dismissing: dismissal(2),
    page: page(4),
    heard: heard(3),
    ack: ACK,
  },
  abstract: ({ roster, wanted, kept, floor, gap, wary, tries }: Context) => [
    roster.version,
    wanted,
    kept,
    floor,
    gap,
    wary,
    Math.min(tries, 4),
  ],
  heeds: {
    current: EVENTS,
    ahead: ['page', 'skipping'],
    wary: EVENTS,
    keeping: ['page', 'skipping'],
    unkept: ['page', 'skipping'],
    behind: EVENTS,
    requesting: ['ack', ...EVENTS],
    backingOff: EVENTS,
  },
  awaiting: ['requesting'],
  endings: {},
  resting: 'current',
});

const keeping = (version: number, wanted = version, prompt = ['keep', 'transmit']) =>
  new Stage(rosterKeeperMachine, { input: input(version, wanted), prompt });
const versionIn = (stage: Stage): number => stage.snapshot.context.roster.version;

test('who joined is written down when there is time, and the list is the one that was signed', async () => {
  const node = keeping(0);
  await node.send(delta(1));
  await node.send(delta(2));
  expect([node.state, node.heard()]).toEqual(['ahead', ['0 adopt', '0 adopt']]);
  const { version, hash } = rosterAt(2);
  expect(node.snapshot.context.roster).toEqual({ version, hash });
  await node.clock.advance(3_600_000);
  expect([node.state, node.heard()]).toEqual(['current', ['3600000 keep 2 0']]);
});

test('broadcasts that go on and on are written down once an hour', async () => {
  const node = keeping(0);
  for (let version = 1; version <= 9; version += 1) {
    await node.send(delta(version));
    await node.clock.advance(780_000);
  }
  expect(node.heard().filter((line) => line.includes('keep'))).toEqual(['3600000 keep 5 0']);
});

test('who is taken off is written down at once, and that version is the floor', async () => {
  const node = keeping(2);
  await node.send(dismissal(2));
  expect([node.state, node.heard()]).toEqual(['current', ['0 adopt', '0 keep 3 3']]);
});

test('a later join does not put off that who was taken off is written down', async () => {
  const node = keeping(2, 2, ['transmit']);
  const off = dismissal(2);
  await node.send(off);
  await node.fail('keep', 'STORE_FULL');
  const { version } = off.body;
  const hash = nextHash(center, rosterAt(2), off);
  await node.send(center.delta({ version, hash, entries: [] }, [entry(9)]));
  await node.finish('keep');
  expect([node.state, node.heard()]).toEqual([
    'current',
    ['0 adopt', '0 keep 3 3', '0 adopt', '0 keep 4 3'],
  ]);
});

test('who is taken off is written down at once, also while joins wait to be', async () => {
  const node = keeping(2);
  await node.send(delta(3));
  expect(node.state).toBe('ahead');
  await node.send(dismissal(3));
  expect([node.state, node.heard()]).toEqual(['current', ['0 adopt', '0 adopt', '0 keep 4 4']]);
});

test('who is taken off is written down at once, also while a later version is asked for', async () => {
  const node = keeping(2, 5);
  await node.clock.advance(500);
  await node.send(dismissal(2));
  expect([node.state, node.heard()]).toEqual([
    'behind',
    ['400 transmit roster.get', '500 adopt', '500 keep 3 3'],
  ]);
});

test('a replayed, forged or altered broadcast changes nothing and costs no message', async () => {
  const node = keeping(2);
  await node.send(delta(1), delta(2), forged(delta(3)), altered, fork);
  await node.clock.advance(3_600_000);
  expect([versionIn(node), node.state, node.heard()]).toEqual([2, 'current', []]);
});

test('two broadcasts at once: the later list is written last', async () => {
  const node = keeping(0, 0, ['transmit']);
  await node.send(page(1), delta(2));
  await node.finish('keep');
  expect(node.heard()).toEqual([
    '0 adopt',
    '0 keep 1 1',
    '0 adopt',
    '0 stopped keep',
    '0 keep 2 1',
  ]);
  expect([versionIn(node), node.state]).toEqual([2, 'current']);
});

test('a missed broadcast is asked for after a grace, and once', async () => {
  const node = keeping(1);
  await node.send(delta(3));
  await node.clock.advance(500);
  expect(node.heard()).toEqual(['400 transmit roster.get']);
  await node.send(delta(2), delta(3));
  await node.clock.advance(90_000);
  expect([versionIn(node), node.state, node.heard()]).toEqual([
    3,
    'ahead',
    ['500 adopt', '500 adopt'],
  ]);
});

test('a version that the Central Entity names is asked for, also while joins wait to be written', async () => {
  const node = keeping(2);
  await node.send(delta(3), heard(4));
  await node.clock.advance(500);
  expect([node.state, node.heard()]).toEqual([
    'requesting',
    ['0 adopt', '400 transmit roster.get'],
  ]);
});

test('what comes within the grace is not asked for', async () => {
  const node = keeping(1);
  await node.send(heard(2));
  await node.clock.advance(399);
  await node.send(delta(2));
  await node.clock.advance(90_000);
  expect(node.heard()).toEqual(['399 adopt']);
});

test('a version missed while the list is being written is asked for afterwards', async () => {
  const node = keeping(0, 0, ['transmit']);
  await node.send(page(1), delta(3));
  expect(node.state).toBe('keeping');
  await node.finish('keep');
  await node.clock.advance(400);
  expect(node.heard()).toEqual(['0 adopt', '0 keep 1 1', '400 transmit roster.get']);
});

test('a version that only a broadcast names is asked for four times, then let be', async () => {
  const node = keeping(1);
  await node.send(delta(9));
  await node.clock.advance(86_400_000);
  expect(node.heard()).toEqual(
    [400, 8_400, 18_400, 32_400].map((ms) => `${ms} transmit roster.get`),
  );
  expect(node.state).toBe('current');
});

test('what was in vain once is not held against the next version', async () => {
  const node = keeping(1);
  await node.send(delta(9));
  await node.clock.advance(86_400_000);
  node.heard();
  await node.send(delta(9));
  await node.clock.advance(9_000);
  expect(node.heard()).toEqual([400, 8_400].map((ms) => `${86_400_000 + ms} transmit roster.get`));
});

test('a version that the Central Entity named is asked for until it is here', async () => {
  const node = keeping(1);
  await node.send(heard(2));
  await node.clock.advance(86_400_000);
  const asked = node.heard().map((line) => Number.parseInt(line, 10));
  const apart = asked.slice(1).map((ms, i) => ms - (asked[i] ?? 0));
  expect(apart.slice(0, 8)).toEqual([2, 4, 8, 16, 32, 64, 128, 256].map((s) => s * 1000 + 6_000));
  expect(apart.at(-1)).toBe(306_000);
  await node.send(delta(2));
  expect([versionIn(node), node.state]).toEqual([2, 'ahead']);
});

test('a node that knows of no newer version takes the word that there is none', async () => {
  const node = keeping(1);
  await node.send(delta(9));
  await node.clock.advance(500);
  await node.send(ACK);
  expect(node.state).toBe('wary');
  const behind = keeping(1, 2);
  await behind.clock.advance(500);
  await behind.send(ACK);
  expect(behind.state).toBe('requesting');
});

test('broadcasts that nobody signed make it ask once in 30 s, whatever it is told', async () => {
  const node = keeping(1);
  for (let ms = 0; ms < 100_000; ms += 200) {
    await node.send(forged(delta(9)));
    if (node.state === 'requesting') await node.send(ACK);
    await node.clock.advance(200);
  }
  expect(node.heard()).toEqual(
    [400, 30_800, 61_200, 91_600].map((ms) => `${ms} transmit roster.get`),
  );
});

test('a list that grows meanwhile does not make it ask more often', async () => {
  const node = keeping(1);
  for (const version of [2, 3, 4, 5]) {
    await node.send(forged(delta(9)));
    await node.clock.advance(500);
    await node.send(delta(version));
    await node.clock.advance(5_000);
  }
  expect(node.heard().filter((line) => line.endsWith('roster.get'))).toEqual([
    '400 transmit roster.get',
  ]);
  expect([versionIn(node), node.state]).toEqual([5, 'wary']);
});

test('a version missed while it is wary is asked for when the 30 s are over', async () => {
  const node = keeping(1);
  await node.send(forged(delta(9)));
  await node.clock.advance(500);
  await node.send(ACK);
  expect([node.state, node.heard()]).toEqual(['wary', ['400 transmit roster.get']]);
  await node.clock.advance(10_000);
  await node.send(delta(3));
  await node.clock.advance(21_000);
  expect(node.heard()).toEqual(['30900 transmit roster.get']);
  await node.send(delta(2), delta(3));
  expect(versionIn(node)).toBe(3);
});

test('a version that the Central Entity names is asked for at once, wary or not', async () => {
  const node = keeping(1);
  await node.send(forged(delta(9)));
  await node.clock.advance(500);
  await node.send(ACK, heard(2));
  await node.clock.advance(500);
  expect(node.heard()).toEqual(['400 transmit roster.get', '900 transmit roster.get']);
  await node.send(delta(2), forged(delta(9)));
  await node.clock.advance(20_000);
  expect([node.state, node.heard()]).toEqual(['wary', ['1000 adopt']]);
});

test('what an authenticated message made it ask for leaves it trusting', async () => {
  const node = keeping(1);
  await node.send(heard(2));
  await node.clock.advance(500);
  await node.send(delta(2), delta(4));
  await node.clock.advance(500);
  expect(node.heard()).toEqual(['400 transmit roster.get', '500 adopt', '900 transmit roster.get']);
});

test('broadcasts that nobody signed cannot keep it from asking', async () => {
  const node = keeping(1, 2);
  for (let ms = 0; ms < 60_000; ms += 300) {
    await node.send(forged(delta(9)));
    await node.clock.advance(300);
  }
  expect(node.heard()).toEqual(
    [400, 8_400, 18_400, 32_400, 54_400].map((ms) => `${ms} transmit roster.get`),
  );
});

test('a joiner begins with a page, and writes that down at once', async () => {
  const node = keeping(0, 5);
  await node.clock.advance(400);
  await node.send(page(5));
  expect(node.heard()).toEqual(['400 transmit roster.get', '400 adopt', '400 keep 5 5']);
  const { version, hash } = rosterAt(5);
  expect([node.state, node.snapshot.context.roster]).toEqual(['current', { version, hash }]);
  await node.send(delta(6));
  expect([node.state, versionIn(node)]).toEqual(['ahead', 6]);
});

test('a page of an earlier list changes nothing', async () => {
  const node = keeping(0, 5);
  await node.send(page(5), page(4), page(3));
  expect(node.heard()).toEqual(['0 adopt', '0 keep 5 5']);
  expect(versionIn(node)).toBe(5);
});

test('a page of a version that is not new enough does not put off the next request', async () => {
  const node = keeping(0, 5);
  await node.clock.advance(400);
  for (let ms = 0; ms < 20_000; ms += 1_000) {
    await node.send(page(4));
    await node.clock.advance(1_000);
  }
  expect(node.heard()).toEqual([400, 8_400, 18_400].map((ms) => `${ms} transmit roster.get`));
});

test('a page that comes while the list is being written is written in its place', async () => {
  const node = keeping(0, 0, ['transmit']);
  await node.send(page(1), page(5));
  expect(node.heard()).toEqual([
    '0 adopt',
    '0 keep 1 1',
    '0 adopt',
    '0 stopped keep',
    '0 keep 5 5',
  ]);
  expect([node.state, versionIn(node)]).toEqual(['keeping', 5]);
});

test('a list that could not be written is written again and again, or the next one is', async () => {
  const node = keeping(0, 0, ['transmit']);
  await node.send(page(1));
  for (let times = 0; times < 2; times += 1) {
    await node.fail('keep', 'STORE_FULL');
    expect([node.state, versionIn(node)]).toEqual(['unkept', 1]);
    await node.clock.advance(30_000);
  }
  expect(node.heard()).toEqual(['0 adopt', ...[0, 30_000, 60_000].map((ms) => `${ms} keep 1 1`)]);
  await node.fail('keep', 'STORE_FULL');
  await node.send(delta(2));
  await node.finish('keep');
  expect([node.state, versionIn(node)]).toEqual(['current', 2]);
});
