import { failureOf } from '../machines/outcome.ts';
import type { Store } from './store.ts';

/** Something could not be written: told to the root besides the writer, who may just try again. */
export interface StoreFailed {
  readonly type: 'store.failed';
  readonly reason: string;
  readonly advice: string;
}

/** The same store, whose failures are told. */
export const reportingStore = (store: Store, tell: (failed: StoreFailed) => void): Store => ({
  get: (key) => store.get(key),
  entries: (prefix) => store.entries(prefix),
  write: async (changes) => {
    try {
      await store.write(changes);
    } catch (error) {
      tell({ type: 'store.failed', ...failureOf({ error }) });
      throw error;
    }
  },
  flush: () => store.flush(),
});
