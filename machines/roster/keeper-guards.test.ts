import { entry, SigningCenter } from '../../test/machines/authority.ts';
import { guardsHold } from '../../test/machines/guards.ts';
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
  rosterAt,
  second,
} from '../../test/machines/lists.ts';
import { type Context, rosterKeeperMachine } from './keeper.ts';

const held = (version: number, more: Partial<Context> = {}): Context => ({
  ...input(version),
  gap: false,
  wary: false,
  pages: {},
  tries: 0,
  ...more,
});
/** Whoever looks at a signature needs the key. */
const withoutKey = (context: Context): Context =>
  Object.defineProperty({ ...context }, 'rosterKey', {
    get: () => {
      throw new Error('No signature is worth checking here.');
    },
  });
const stranger = new SigningCenter();
const elsewhere = Uint8Array.from(center.netId).fill(9, 7);
const leap = center.delta({ ...rosterAt(2), version: 4 }, [entry(4)]);
const newer = page(6, 1, 3);
const outside = center.page({ ...last.body, page: 3 });

const PAGE_ROWS = [
  { when: 'nothing newer', context: held(5), event: last, holds: false },
  { when: 'older than what is held', context: held(6), event: last, holds: false },
  { when: 'older than wanted', context: held(0, { wanted: 6 }), event: last, holds: false },
  { when: 'a page beyond the last', context: held(0), event: outside, holds: false },
  { when: 'forged', context: held(0), event: forged(last), holds: false },
  { when: 'of another key', context: held(0), event: stranger.page(last.body), holds: false },
  { when: 'of another network', context: held(0, { netId: elsewhere }), event: last, holds: false },
  { when: 'a delta', context: held(0), event: delta(1), holds: false },
];

guardsHold(rosterKeeperMachine, {
  extendsRoster: [
    { when: 'the next version', context: held(2), event: delta(3), holds: true },
    { when: 'the first of all', context: held(0), event: delta(1), holds: true },
    { when: 'a version skipped', context: held(1), event: delta(3), holds: false },
    { when: 'the same again', context: withoutKey(held(3)), event: delta(3), holds: false },
    { when: 'an old one replayed', context: withoutKey(held(7)), event: delta(3), holds: false },
    { when: 'a signature altered', context: held(2), event: forged(delta(3)), holds: false },
    { when: 'an entry altered', context: held(2), event: altered, holds: false },
    {
      when: 'another key',
      context: held(2),
      event: stranger.delta(rosterAt(2), [entry(4)]),
      holds: false,
    },
    {
      when: 'another network',
      context: held(2, { netId: elsewhere }),
      event: delta(3),
      holds: false,
    },
    { when: 'a version skipped, duly signed', context: held(2), event: leap, holds: false },
    { when: 'another history, duly signed', context: held(2), event: fork, holds: false },
    {
      when: 'no signature at all',
      context: held(2),
      event: { ...delta(3), signature: new Uint8Array(64) },
      holds: false,
    },
    { when: 'a page', context: held(2), event: page(3, 0, 1), holds: false },
  ],
  skipsVersions: [
    { when: 'the next version', context: held(2), event: delta(3), holds: false },
    { when: 'the one after', context: held(1), event: delta(3), holds: true },
    { when: 'much later', context: held(0), event: delta(9), holds: true },
    { when: 'the same', context: held(3), event: delta(3), holds: false },
    { when: 'an older', context: held(4), event: delta(3), holds: false },
    { when: 'a version heard', context: held(0), event: heard(9), holds: false },
  ],
  namesNewer: [
    { when: 'a newer', context: held(2), event: heard(3), holds: true },
    { when: 'the same', context: held(2), event: heard(2), holds: false },
    { when: 'an older', context: held(2), event: heard(1), holds: false },
    { when: 'a broadcast, which anyone can send', context: held(2), event: delta(9), holds: false },
  ],
  isUsefulPage: [
    { when: 'the first', context: held(0), event: first, holds: true },
    { when: 'the last, first', context: held(0), event: last, holds: true },
    { when: 'the wanted version', context: held(0, { wanted: 5 }), event: first, holds: true },
    {
      when: 'another of those in hand',
      context: held(0, { pages: { 0: first } }),
      event: second,
      holds: true,
    },
    {
      when: 'one in hand again',
      context: held(0, { pages: { 0: first } }),
      event: first,
      holds: false,
    },
    {
      when: 'of a later list',
      context: held(0, { pages: { 0: first } }),
      event: newer,
      holds: true,
    },
    {
      when: 'of an earlier list',
      context: held(0, { pages: { 1: newer } }),
      event: first,
      holds: false,
    },
    ...PAGE_ROWS,
  ],
  completesSnapshot: [
    { when: 'the only page', context: held(0), event: page(5, 0, 1), holds: true },
    {
      when: 'the last in order',
      context: held(0, { pages: { 0: first, 1: second } }),
      event: last,
      holds: true,
    },
    {
      when: 'the first, come last',
      context: held(0, { pages: { 1: second, 2: last } }),
      event: first,
      holds: true,
    },
    {
      when: 'one still missing',
      context: held(0, { pages: { 0: first } }),
      event: last,
      holds: false,
    },
    {
      when: 'of a later list',
      context: held(0, { pages: { 0: first, 2: last } }),
      event: newer,
      holds: false,
    },
    {
      when: 'of an earlier list',
      context: held(0, { pages: { 0: page(6, 0, 3), 1: newer } }),
      event: last,
      holds: false,
    },
    {
      when: 'another number of pages',
      context: held(0, { pages: { 0: first } }),
      event: page(5, 1, 2),
      holds: false,
    },
    {
      when: 'forged, all others in hand',
      context: held(0, { pages: { 0: first, 1: second } }),
      event: forged(last),
      holds: false,
    },
    ...PAGE_ROWS,
  ],
  isBehind: [
    { when: 'a newer is wanted', context: held(2, { wanted: 3 }), holds: true },
    { when: 'the one held is wanted', context: held(2), holds: false },
    { when: 'an older was wanted', context: held(2, { wanted: 1 }), holds: false },
  ],
  hasGap: [
    { when: 'a broadcast skipped a version', context: held(2, { gap: true }), holds: true },
    { when: 'none did', context: held(2), holds: false },
  ],
  isWary: [
    { when: 'a gap has made it ask', context: held(2, { wary: true }), holds: true },
    { when: 'another gap waits', context: held(2, { wary: true, gap: true }), holds: true },
    { when: 'none has', context: held(2), holds: false },
  ],
  isWorthAsking: [
    { when: 'the CE named a newer', context: held(2, { wanted: 3, tries: 99 }), holds: true },
    { when: 'a broadcast did, three tries', context: held(2, { tries: 3 }), holds: true },
    { when: 'a broadcast did, four tries', context: held(2, { tries: 4 }), holds: false },
  ],
});
