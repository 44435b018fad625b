import { fromCallback } from 'xstate';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Store } from '../store.ts';
import { type Kept, type Place, ReadingQueue } from './queue.ts';

/**
 * What waits is written down this often, and when the device is switched off orderly. As long as
 * readings get through nothing is written: an SD card lasts by what is not.
 */
export const SAVE_MS = 600_000;
/** Of a reading, by its id; of the places of all peers. */
const READING = 'reading/';
const PLACES = 'readings';

const keyOf = (id: number): string => `${READING}${String(id).padStart(10, '0')}`;

/** What waited when the device was last on. */
export const restoredQueue = (store: Store, peers: readonly string[]): ReadingQueue => {
  const readings = store
    .entries<Uint8Array>(READING)
    .map(([key, payload]) => ({ id: Number(key.slice(READING.length)), payload }));
  const places = store.get<Record<string, Place>>(PLACES) ?? {};
  return new ReadingQueue(peers, { readings, places } satisfies Kept);
};

/** Write down what waits; nothing where that is what the store holds. */
export const saveQueue = async (store: Store, queue: ReadingQueue): Promise<void> => {
  const { unsent, places } = queue;
  const held = new Set(store.entries(READING).map(([key]) => key));
  const wanted = new Map(unsent.map(({ id, payload }) => [keyOf(id), payload]));
  const gone = [...held].filter((key) => !wanted.has(key)).map((key) => [key, undefined]);
  const come = [...wanted].filter(([key]) => !held.has(key));
  const isSame = JSON.stringify(store.get(PLACES)) === JSON.stringify(places);
  if (gone.length + come.length === 0 && (isSame || unsent.length === 0)) return;
  await store.write(Object.fromEntries([...gone, ...come, [PLACES, places]]));
};

/** The actor that does so in time. */
export const keeperLogic = (store: Store, clock: Clock, queue: ReadingQueue) =>
  fromCallback(() => {
    // The store itself tells what it could not write; the next time is as good.
    const save = (): Promise<void> => saveQueue(store, queue).catch(() => undefined);
    let timer: unknown;
    const later = (): void => {
      timer = clock.setTimeout(() => {
        void save();
        later();
      }, SAVE_MS);
    };
    later();
    return () => {
      clock.clearTimeout(timer);
      void save();
    };
  });
