import { expect, test } from 'vitest';
import { TiesError } from '../../protocol/errors.ts';
import type { EncodedChanges } from './contents.ts';
import { DurableStore } from './durable-store.ts';

/** A store whose commits begin and end by hand. */
const byHand = () => {
  const begun: string[][] = [];
  const ends: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  const commits: (() => Promise<void>)[] = [];
  const store = new DurableStore({
    disk: {
      commit: (changes: EncodedChanges) => {
        begun.push([...changes.keys()]);
        return new Promise((resolve, reject) => ends.push({ resolve, reject }));
      },
      close: async () => undefined,
    },
    contents: new Map(),
    schedule: (commit) => commits.push(commit),
  });
  /** Begin the next commit. */
  const begin = async (): Promise<void> => {
    void commits.shift()?.();
    await turn();
  };
  return { store, begun, ends, begin };
};
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

const settledOf = (promise: Promise<unknown>): { state: string } => {
  const settled = { state: 'pending' };
  promise.then(
    () => Object.assign(settled, { state: 'durable' }),
    ({ code }) => Object.assign(settled, { state: code }),
  );
  return settled;
};

test('a flush waits for the commit under way and for what is gathered, not for what comes later', async () => {
  const { store, begun, ends, begin } = byHand();
  void store.write({ first: 1 });
  await begin();
  void store.write({ second: 2 });
  const flushed = settledOf(store.flush());
  await begin();
  ends[0]?.resolve();
  await turn();
  expect([begun, flushed]).toEqual([[['first'], ['second']], { state: 'pending' }]);
  void store.write({ third: 3 });
  ends[1]?.resolve();
  await turn();
  expect(flushed.state).toBe('durable');
});

test('a flush fails with the write that it waits for; the next one has nothing to wait for', async () => {
  const { store, ends, begin } = byHand();
  const written = settledOf(store.write({ first: 1 }));
  const flushed = settledOf(store.flush());
  await begin();
  ends[0]?.reject(new TiesError('STORE_FULL', 'Make room.'));
  await turn();
  expect([written.state, flushed.state, store.get('first')]).toEqual([
    'STORE_FULL',
    'STORE_FULL',
    undefined,
  ]);
  await store.flush();
});
