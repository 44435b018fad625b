import type { Store } from '../store.ts';

/** What a node keeps of its network, by the beginnings of the keys. */
const OF_THE_NETWORK = ['session/', 'challenge/', 'transaction/', 'peer/', 'roster', 'centerEpoch'];

/** Nothing of a network that a node has left stays, nor of one that another device was in. */
export const forgetNetwork = (store: Store): Promise<void> =>
  store.write(
    Object.fromEntries(
      OF_THE_NETWORK.flatMap((prefix) => store.entries(prefix)).map(([key]) => [key, undefined]),
    ),
  );
