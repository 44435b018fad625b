import { beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../../protocol/secret.ts';
import { ReplayWindow } from '../../protocol/window.ts';
import { memoryStore, type Store } from '../store.ts';
import { Sessions, type Slot, sessionRoot, type Traffic } from './sessions.ts';

const PEER = 3;
const UNIQUE = new Uint8Array(32).fill(1);
const slot = (requester: number, number: number): Slot => ({
  transaction: { requester, epoch: 1, number },
  key: { public: Uint8Array.of(number), private: Uint8Array.of(requester) },
});
const [own1, own2, theirs1, theirs2] = [
  slot(2, 1),
  slot(2, 2),
  slot(PEER, 1),
  slot(PEER, 2),
] as const;

const traffic = (kid: number, proven = true): Traffic => {
  const key = { secret: new Secret(new Uint8Array(32)), window: () => new ReplayWindow() } as never;
  return {
    ...{ kid, transaction: own1.transaction, send: key, receive: key },
    ...{ peerEpoch: 1, sinceMs: 0, proven, framesSent: 0, failedTags: 0 },
  };
};

let store: Store;
let sessions: Sessions;
let forgotten: string[];
const kids = () => sessions.traffic(PEER).map(({ kid }) => kid);

beforeEach(() => {
  store = memoryStore();
  forgotten = [];
  sessions = new Sessions(store, (id) => forgotten.push(id));
});

describe('the slots of a peer', () => {
  test('are tried own, theirs, current, previous', async () => {
    await sessions.keepOwn(PEER, own1);
    await sessions.promote(PEER, own1);
    await sessions.keepTheirs(theirs1, UNIQUE);
    await sessions.promote(PEER, theirs1);
    await sessions.keepOwn(PEER, own2);
    await sessions.keepTheirs(theirs2, UNIQUE);
    expect(sessions.held(PEER)).toEqual([own2, theirs2, theirs1, own1]);
  });

  test('have one next key for each initiator: one does not put out the other', async () => {
    await sessions.keepOwn(PEER, own1);
    await sessions.keepTheirs(theirs1, UNIQUE);
    await sessions.keepTheirs(theirs2, UNIQUE);
    expect(sessions.slots(PEER)).toEqual({ own: own1, theirs: theirs2 });
  });

  test('keep the previous key until the next promotion, and no longer', async () => {
    for (const next of [own1, theirs1, own2]) await sessions.promote(PEER, next);
    expect(sessions.slots(PEER)).toEqual({ current: own2, previous: theirs1 });
    expect(forgotten).toEqual([sessionRoot(own1).id]);
  });

  test('are the same when the current key is confirmed again', async () => {
    for (const next of [own1, theirs1, theirs1]) await sessions.promote(PEER, next);
    expect(sessions.slots(PEER)).toEqual({ current: theirs1, previous: own1 });
  });

  test('have the previous key serve, and never come back: the second key after it ends it', async () => {
    for (const next of [own1, theirs1, own1]) await sessions.promote(PEER, next);
    expect(sessions.slots(PEER)).toEqual({ current: theirs1, previous: own1 });
    expect(sessions.confirmsOf(own1)).toBe(2);
    await sessions.promote(PEER, own2);
    expect(sessions.held(PEER)).toEqual([own2, theirs1]);
  });

  test('leave nothing behind of a key that is gone', async () => {
    await sessions.keepTheirs(theirs1, UNIQUE);
    await sessions.noteChallenge(theirs1, 1, 7);
    await sessions.keepTheirs(theirs2, UNIQUE);
    await sessions.noteChallenge(theirs2, 1, 7);
    expect(store.entries('challenge/').map(([key]) => key)).toEqual(['challenge/3.1.2']);
    sessions.addTraffic(PEER, traffic(1));
    await sessions.drop([PEER]);
    expect([sessions.held(PEER), kids(), store.entries('challenge/')]).toEqual([[], [], []]);
    expect(forgotten).toEqual([sessionRoot(theirs1).id, sessionRoot(theirs2).id]);
  });

  test('are found by transaction wherever they stand, and missed by name', async () => {
    await sessions.keepTheirs(theirs1, UNIQUE);
    await sessions.promote(PEER, theirs1);
    expect(sessions.slotOf(PEER, theirs1.transaction)).toEqual(theirs1);
    expect(() => sessions.slotOf(PEER, theirs2.transaction)).toThrow('replaced');
  });
});

describe('a delivery', () => {
  beforeEach(() => sessions.keepTheirs(theirs2, UNIQUE));
  const at = (epoch: number, number: number, unique = UNIQUE) =>
    sessions.standing({ requester: PEER, epoch, number }, unique);

  test.each([
    ['a later number', 1, 3, 'new'],
    ['a later epoch', 2, 0, 'new'],
    ['the same', 1, 2, 'same'],
    ['an earlier number', 1, 1, 'stale'],
    ['an earlier epoch', 0, 9, 'stale'],
  ] as const)('of %s is %4$s', (_, epoch, number, standing) => {
    expect(at(epoch, number)).toBe(standing);
  });

  test('of the same number with another key in it is stale', () => {
    expect(at(1, 2, new Uint8Array(32))).toBe('stale');
  });

  test('of a dropped peer stays stale', async () => {
    await sessions.drop([PEER]);
    expect(at(1, 1)).toBe('stale');
  });

  test('of another requester is new', () => {
    expect(sessions.standing({ requester: 9, epoch: 0, number: 0 }, UNIQUE)).toBe('new');
  });
});

test('a challenge is fresh only above the highest that was answered under its key', async () => {
  await sessions.keepTheirs(theirs1, UNIQUE);
  await sessions.noteChallenge(theirs1, 2, 5);
  const fresh = (epoch: number, counter: number) =>
    sessions.isFreshChallenge(theirs1, epoch, counter);
  expect([fresh(2, 6), fresh(3, 0)]).toEqual([true, true]);
  expect([fresh(2, 5), fresh(2, 4), fresh(1, 9)]).toEqual([false, false, false]);
  expect(sessions.isFreshChallenge(theirs2, 1, 1)).toBe(true);
});

describe('data keys', () => {
  test('are sent under once they are proven, the newest first', () => {
    for (const added of [traffic(1), traffic(2), traffic(3, false)])
      sessions.addTraffic(PEER, added);
    expect([kids(), sessions.outgoing(PEER)?.kid]).toEqual([[3, 2, 1], 2]);
  });

  test('that are proven outlast any number of confirms that nobody ends', () => {
    sessions.addTraffic(PEER, traffic(1));
    for (let kid = 2; kid < 40; kid += 1) sessions.addTraffic(PEER, traffic(kid, false));
    expect(kids()).toEqual([39, 38, 37, 1]);
    expect(sessions.outgoing(PEER)?.kid).toBe(1);
  });

  test('of another epoch of the peer go, for it has lost them', () => {
    sessions.addTraffic(PEER, traffic(1));
    sessions.addTraffic(PEER, { ...traffic(2, false), peerEpoch: 2 });
    expect([kids(), sessions.outgoing(PEER)]).toEqual([[2], null]);
  });

  test('that are older than proven ones go, but for the last', () => {
    for (const kid of [1, 2]) sessions.addTraffic(PEER, traffic(kid));
    const newest = traffic(3, false);
    sessions.addTraffic(PEER, newest);
    sessions.prove(PEER, newest);
    expect(kids()).toEqual([3, 2]);
  });

  test('are retired after 2^13 forged frames', () => {
    const attacked = traffic(1);
    sessions.addTraffic(PEER, attacked);
    attacked.failedTags = 2 ** 13 - 1;
    expect(kids()).toEqual([1]);
    attacked.failedTags += 1;
    expect([kids(), sessions.outgoing(PEER)]).toEqual([[], null]);
  });

  test('are used for 2^15 frames, and the next asked for a little before', () => {
    const used = traffic(1);
    sessions.addTraffic(PEER, used);
    expect(sessions.isNearlySpent(PEER)).toBe(false);
    used.framesSent = 2 ** 15 - 64;
    expect([sessions.isNearlySpent(PEER), sessions.outgoing(PEER)?.kid]).toEqual([true, 1]);
    used.framesSent = 2 ** 15 - 1;
    expect(sessions.outgoing(PEER)?.kid).toBe(1);
    used.framesSent = 2 ** 15;
    expect([sessions.isNearlySpent(PEER), sessions.outgoing(PEER)]).toEqual([true, null]);
  });
});

describe('of what the TPM was put to work for', () => {
  test('a delivery makes older ones stale, though nothing is kept yet', () => {
    sessions.beginDelivery(theirs2.transaction);
    expect(sessions.standing(theirs1.transaction, UNIQUE)).toBe('stale');
    expect(sessions.standing(theirs2.transaction, UNIQUE)).toBe('new');
    expect(sessions.standing(own1.transaction, UNIQUE)).toBe('new');
  });

  test('a challenge is no fresh one again, unless nothing came of it', () => {
    sessions.beginChallenge(own1, 1, 5);
    expect(sessions.isFreshChallenge(own1, 1, 5)).toBe(false);
    expect(sessions.isFreshChallenge(own1, 1, 6)).toBe(true);
    expect(sessions.isFreshChallenge(own2, 1, 5)).toBe(true);
    sessions.forgetChallenge(own1);
    expect(sessions.isFreshChallenge(own1, 1, 5)).toBe(true);
  });
});
