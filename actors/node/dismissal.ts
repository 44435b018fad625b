import { equalBytes } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { Standing } from '../../protocol/messages.ts';
import type { Store } from '../store.ts';

/** Why a device is no member any more. */
export type Dismissal = Exclude<Standing, 'active'>;

const KEY = 'dismissal';
/** What a node keeps of its network, by the beginnings of the keys. */
const OF_THE_NETWORK = [
  'session/',
  'challenge/',
  'transaction/',
  'peer/',
  'roster',
  'centerEpoch',
  'leaving',
  'reading',
  'name/',
];

const forgotten = (store: Store): Record<string, undefined> =>
  Object.fromEntries(
    OF_THE_NETWORK.flatMap((prefix) => store.entries(prefix)).map(([key]) => [key, undefined]),
  );

/** Nothing stays of a network that a device before this one was in. */
export const forgetNetwork = (store: Store): Promise<void> =>
  store.write({ ...forgotten(store), [KEY]: undefined });

/** A node that has left, or was revoked: nothing of the network stays but that. */
export const noteDismissal = (store: Store, devId: Uint8Array, reason: Dismissal): Promise<void> =>
  store.write({ ...forgotten(store), [KEY]: { devId, reason } });

const REMEDY = 'To use it again, clear its TPM, provision it anew and admit its new label.';

export const adviceOn = (reason: Dismissal): string =>
  reason === 'left'
    ? `This node has left its network. ${REMEDY}`
    : `The Central Entity has revoked this node. ${REMEDY}`;

/** Throws `NODE_LEFT` or `NODE_REVOKED` where this very device was dismissed before. */
export const requireNotDismissed = (store: Store, devId: Uint8Array): void => {
  const noted = store.get<{ devId: Uint8Array; reason: Dismissal }>(KEY);
  if (noted === undefined || !equalBytes(noted.devId, devId)) return;
  throw new TiesError(
    noted.reason === 'left' ? 'NODE_LEFT' : 'NODE_REVOKED',
    adviceOn(noted.reason),
  );
};
