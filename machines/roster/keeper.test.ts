import { expect, test } from 'vitest';
import { entry } from '../../test/machines/authority.ts';
import {
  altered,
  center,
  delta,
  first,
  forged,
  fork,
  heard,
  input,
  last,
  page,
  pagesOf,
  rosterAt,
  second,
} from '../../test/machines/lists.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { type Context, rosterKeeperMachine } from './keeper.ts';

const ACK = received('ack');

chartHolds({
  machine: rosterKeeperMachine,
  begun: { 'an empty list': { input: input(0) }, 'a version to fetch': { input: input(0, 1) } },
  events: {
    next: delta(1),
    skipping: delta(3),
    'next forged': forged(delta(1)),
    'page 0': page(2, 0, 2),
    'page 1': page(2, 1, 2),
    heard: heard(1),
    ack: ACK,
  },
  abstract: ({ roster, wanted, gap, wary, pages, tries }: Context) => [
    roster.version,
    wanted,
    gap,
    wary,
    Object.keys(pages),
    Math.min(tries, 4),
  ],
  heeds: {
    current: ['next', 'skipping', 'page 0', 'page 1', 'heard'],
    wary: ['next', 'skipping', 'page 0', 'page 1', 'heard'],
    keeping: ['skipping', 'page 0', 'page 1'],
    unkept: ['skipping', 'page 0', 'page 1'],
    behind: ['next', 'skipping', 'page 0', 'page 1', 'heard'],
    requesting: ['next', 'skipping', 'page 0', 'page 1', 'heard', 'ack'],
    gathering: ['next', 'skipping', 'page 0', 'page 1', 'heard'],
    backingOff: ['next', 'skipping', 'page 0', 'page 1', 'heard'],
  },
  awaiting: ['requesting'],
  endings: {},
  resting: 'current',
});

const keeping = (version: number, wanted = version, prompt = ['keep', 'transmit']) =>
  new Stage(rosterKeeperMachine, { input: input(version, wanted), prompt });
const versionIn = (stage: Stage): number => stage.snapshot.context.roster.version;

test('a broadcast is written down, and the list is the one that was signed', async () => {
  const node = keeping(0);
  await node.send(delta(1));
  await node.send(delta(2));
  expect(node.heard()).toEqual(['0 keep', '0 keep']);
  expect(node.state).toBe('current');
  expect(node.snapshot.context.roster).toEqual(rosterAt(2));
});

test('a revoked entry takes the place of the one before', async () => {
  const node = keeping(2);
  await node.send(center.delta(rosterAt(2), [entry(2, 'revoked')]));
  expect(node.snapshot.context.roster.entries).toEqual([entry(2, 'revoked'), entry(3)]);
});

test('a replayed, forged or altered broadcast changes nothing and costs no message', async () => {
  const node = keeping(2);
  await node.send(delta(1), delta(2), forged(delta(3)), altered, fork);
  await node.clock.advance(3_600_000);
  expect([versionIn(node), node.state, node.heard()]).toEqual([2, 'current', []]);
});

test('two broadcasts at once: the later list is written last', async () => {
  const node = keeping(0, 0, ['transmit']);
  await node.send(delta(1), delta(2));
  await node.finish('keep');
  expect(versionIn(node)).toBe(2);
  expect(node.state).toBe('current');
});

test('a missed broadcast is asked for after a grace, and once', async () => {
  const node = keeping(1);
  await node.send(delta(3));
  await node.clock.advance(500);
  expect(node.heard()).toEqual(['400 transmit roster.get']);
  await node.send(delta(2), delta(3));
  await node.clock.advance(3_600_000);
  expect([versionIn(node), node.state, node.heard()]).toEqual([
    3,
    'current',
    ['500 keep', '500 keep'],
  ]);
});

test('what comes within the grace is not asked for', async () => {
  const node = keeping(1);
  await node.send(heard(2));
  await node.clock.advance(399);
  await node.send(delta(2));
  await node.clock.advance(3_600_000);
  expect(node.heard()).toEqual(['399 keep']);
});

test('a version missed while the list is being written is asked for afterwards', async () => {
  const node = keeping(0, 0, ['transmit']);
  await node.send(delta(1), delta(3));
  expect(node.state).toBe('keeping');
  await node.finish('keep');
  await node.clock.advance(400);
  expect(node.heard()).toEqual(['0 keep', '400 transmit roster.get']);
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
  expect([versionIn(node), node.state]).toEqual([2, 'current']);
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
  expect([node.state, node.heard()]).toEqual(['wary', ['1000 keep']]);
});

test('what an authenticated message made it ask for leaves it trusting', async () => {
  const node = keeping(1);
  await node.send(heard(2));
  await node.clock.advance(500);
  await node.send(delta(2), delta(4));
  await node.clock.advance(500);
  expect(node.heard()).toEqual(['400 transmit roster.get', '500 keep', '900 transmit roster.get']);
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

test('a joiner takes the whole list, its pages in any order', async () => {
  const node = keeping(0, 5);
  await node.clock.advance(400);
  await node.send(last, first, second);
  expect(node.heard()).toEqual(['400 transmit roster.get', '400 keep']);
  expect([node.state, node.snapshot.context.roster]).toEqual(['current', rosterAt(5)]);
});

test('pages of two lists are not mixed: the later one is taken whole', async () => {
  const node = keeping(0, 5);
  const revoking = {
    ...rosterAt(6),
    entries: [entry(2, 'revoked'), ...rosterAt(6).entries.slice(1)],
  };
  await node.send(first, second, ...center.snapshot(revoking, 3).reverse(), last);
  expect(node.snapshot.context.roster).toEqual(revoking);
});

test('a long list may take its time: nothing is asked again while pages come', async () => {
  const node = keeping(0, 9);
  await node.clock.advance(400);
  for (const each of pagesOf(9, 9)) {
    await node.clock.advance(40_000);
    await node.send(each);
  }
  expect(node.heard()).toEqual([
    '400 transmit roster.get',
    '8400 transmit roster.get',
    '18400 transmit roster.get',
    '32400 transmit roster.get',
    '360400 keep',
  ]);
  expect(versionIn(node)).toBe(9);
});

test('a list that breaks off is asked for again', async () => {
  const node = keeping(0, 5);
  await node.clock.advance(400);
  await node.send(first);
  await node.clock.advance(62_000);
  expect(node.heard()).toEqual(['400 transmit roster.get', '62400 transmit roster.get']);
  await node.send(first);
  await node.clock.advance(30_000);
  expect(node.heard()).toEqual([]);
  await node.send(second, last);
  expect(versionIn(node)).toBe(5);
});

test('a page recorded and played again does not put off the next request', async () => {
  const node = keeping(0, 5);
  await node.clock.advance(400);
  for (let ms = 0; ms < 90_000; ms += 1_000) {
    if (ms < 60_000) await node.send(first);
    await node.clock.advance(1_000);
  }
  expect(node.heard().slice(0, 2)).toEqual([
    '400 transmit roster.get',
    '62400 transmit roster.get',
  ]);
});

test('a page that comes while the list is being written waits beside it', async () => {
  const node = keeping(0, 0, ['transmit']);
  await node.send(delta(1), first);
  expect([node.state, node.heard()]).toEqual(['keeping', ['0 keep']]);
  await node.send(second, last);
  expect([node.state, versionIn(node)]).toEqual(['keeping', 5]);
});

test('a list that could not be written is written again and again, or the next one is', async () => {
  const node = keeping(0, 0, ['transmit']);
  await node.send(delta(1));
  for (let times = 0; times < 2; times += 1) {
    await node.fail('keep', 'STORE_FULL');
    expect([node.state, versionIn(node)]).toEqual(['unkept', 1]);
    await node.clock.advance(30_000);
  }
  expect(node.heard()).toEqual(['0 keep', '30000 keep', '60000 keep']);
  await node.fail('keep', 'STORE_FULL');
  await node.send(delta(2));
  await node.finish('keep');
  expect([node.state, versionIn(node)]).toEqual(['current', 2]);
});
