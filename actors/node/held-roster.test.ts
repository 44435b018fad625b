import { expect, test } from 'vitest';
import type { Signed } from '../../machines/roster/signed.ts';
import { chainHash, entryOf, objectionTo, type Roster } from '../../protocol/roster.ts';
import { entry, SigningCenter } from '../../test/machines/authority.ts';
import { memoryStore } from '../store.ts';
import { HeldRoster, STRANGERS } from './held-roster.ts';
import { Sessions } from './sessions.ts';

const center = new SigningCenter();
const transaction = { requester: 9, epoch: 1, number: 1 };
const slot = { transaction, key: { public: new Uint8Array(1), private: new Uint8Array(1) } };

/** A node with its list, its store, and the peers it has keys for. */
const holding = async (...peers: number[]) => {
  const store = memoryStore();
  const sessions = new Sessions(store, () => undefined);
  for (const peer of peers) await sessions.keepOwn(peer, slot);
  return { store, sessions, held: new HeldRoster(store, sessions, ({ address }) => address === 2) };
};

const headOf = (roster: Roster, { body, signed }: Signed<'roster.delta'>, floor = 0) => ({
  roster: { version: body.version, hash: chainHash(roster.hash, body.version, signed) },
  floor,
});
const take = (held: HeldRoster, entries: Parameters<SigningCenter['delta']>[1], floor = 0) => {
  const delta = center.delta(held.roster, entries);
  held.adopt(delta, headOf(held.roster, delta, floor));
};

test('what takes somebody off takes his keys at once, and with the list from the store', async () => {
  const { store, sessions, held } = await holding(3, 4);
  take(held, [entry(3), entry(4)]);
  take(held, [entry(3, 'revoked')], 2);
  expect(sessions.peers).toEqual([4]);
  await held.keep();
  expect(store.get('roster')).toMatchObject({ version: 2, floor: 2 });
  expect(held.kept).toBe(2);
});

test('so does another device under the same address', async () => {
  const { sessions, held } = await holding(3);
  take(held, [entry(3)]);
  take(held, [{ ...entry(3), devId: new Uint8Array(8).fill(99) }]);
  expect(sessions.peers).toEqual([]);
});

test('keys of whom nothing is known any more stay, and go when he is said to be off', async () => {
  const { sessions, held } = await holding(3, 25);
  take(held, [entry(3), entry(25)]);
  const later = { version: 9, hash: new Uint8Array(16), entries: [entry(2), entry(25, 'left')] };
  held.adopt(center.page(later, 0), { roster: later, floor: 9 });
  expect([3, 25].map((address) => objectionTo(held.roster, address))).toEqual([
    'unknown',
    'unknown',
  ]);
  expect(sessions.peers).toEqual([3, 25]);
  held.adopt(center.page({ ...later, version: 10 }, 2), { roster: later, floor: 10 });
  expect(sessions.peers).toEqual([3]);
});

test('strangers go where there are too many, the oldest first; who matters stays', async () => {
  const { held } = await holding(3);
  for (let first = 2; first < 300; first += 10)
    take(
      held,
      Array.from({ length: 10 }, (_, at) => entry(first + at)).map((one) => ({
        ...one,
        devId: new Uint8Array(8),
      })),
    );
  const known = held.roster.entries.map(({ address }) => address);
  expect(known.length).toBeGreaterThan(STRANGERS);
  expect(known.length).toBeLessThanOrEqual(2 * STRANGERS + 10 + 2);
  expect(known.slice(0, 2)).toEqual([2, 3]);
  expect(known.at(-1)).toBe(301);
  expect(entryOf(held.roster, 4)).toBeUndefined();
});

test('the word of the center counts as of the version that it names, or later', async () => {
  const { store, held } = await holding();
  take(held, [entry(3)]);
  take(held, [entry(4)]);
  const device = { address: 40, devId: new Uint8Array(8).fill(40) };
  await held.vouch(device, 1);
  expect(objectionTo(held.roster, 40)).toBe('unknown');
  await held.vouch(device, 2);
  expect(objectionTo(held.roster, 40)).toBeNull();
  const again = new HeldRoster(store, new Sessions(store, () => undefined), () => false);
  expect(objectionTo(again.roster, 40)).toBeNull();
  expect(again.find('28'.repeat(8))?.address).toBe(40);
});

test('nobody is vouched for against the list', async () => {
  const { held } = await holding();
  take(held, [entry(3, 'revoked')], 1);
  await held.vouch({ address: 3, devId: new Uint8Array(8).fill(3) }, 1);
  expect(objectionTo(held.roster, 3)).toBe('revoked');
});
