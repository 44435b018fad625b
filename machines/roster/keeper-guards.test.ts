import { entry, SigningCenter } from '../../test/machines/authority.ts';
import { guardsHold } from '../../test/machines/guards.ts';
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
import { type Context, rosterKeeperMachine } from './keeper.ts';

const held = (version: number, more: Partial<Context> = {}): Context => ({
  ...input(version),
  gap: false,
  wary: false,
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

guardsHold(rosterKeeperMachine, {
  extendsRoster: [
    { when: 'the next version', context: held(2), event: delta(3), holds: true },
    { when: 'the first of all', context: held(0), event: delta(1), holds: true },
    { when: 'who is taken off', context: held(4), event: dismissal(4), holds: true },
    {
      when: 'the next version, on another past',
      context: held(2, { roster: { version: 2, hash: new Uint8Array(16) } }),
      event: delta(3),
      holds: false,
    },
    {
      when: 'the next version, of another center',
      context: held(2, { rosterKey: stranger.rosterKey }),
      event: delta(3),
      holds: false,
    },
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
    { when: 'a page', context: held(2), event: page(3), holds: false },
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
  onlyAdmits: [
    { when: 'the next version', context: held(2), event: delta(3), holds: true },
    { when: 'nothing at all', context: held(2), event: center.delta(rosterAt(2), []), holds: true },
    { when: 'who is taken off', context: withoutKey(held(4)), event: dismissal(4), holds: false },
    {
      when: 'one joins, one is taken off',
      context: held(2),
      event: center.delta(rosterAt(2), [entry(4), entry(2, 'left')]),
      holds: false,
    },
    { when: 'a signature altered', context: held(2), event: forged(delta(3)), holds: false },
    { when: 'another history, duly signed', context: held(2), event: fork, holds: false },
    { when: 'a page', context: held(2), event: page(3), holds: false },
  ],
  leadsFurther: [
    { when: 'to a first list', context: held(0), event: page(5), holds: true },
    { when: 'to a later one', context: held(3), event: page(5), holds: true },
    { when: 'to the wanted one', context: held(0, { wanted: 5 }), event: page(5), holds: true },
    { when: 'nothing newer', context: withoutKey(held(5)), event: page(5), holds: false },
    { when: 'older than held', context: withoutKey(held(6)), event: page(5), holds: false },
    {
      when: 'older than wanted',
      context: withoutKey(held(0, { wanted: 6 })),
      event: page(5),
      holds: false,
    },
    { when: 'forged', context: held(0), event: forged(page(5)), holds: false },
    {
      when: 'of another key',
      context: held(0),
      event: stranger.page(rosterAt(5), 0),
      holds: false,
    },
    {
      when: 'of another network',
      context: held(0, { netId: elsewhere }),
      event: page(5),
      holds: false,
    },
    { when: 'a delta', context: held(0), event: delta(1), holds: false },
  ],
  owesFloor: [
    { when: 'somebody was taken off since', context: held(4, { floor: 4, kept: 3 }), holds: true },
    { when: 'that is written down', context: held(4, { floor: 4 }), holds: false },
    { when: 'only who joined is not', context: held(4, { floor: 2, kept: 3 }), holds: false },
  ],
  isUnkept: [
    { when: 'a version is not written down', context: held(4, { kept: 3 }), holds: true },
    { when: 'all is', context: held(4), holds: false },
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
