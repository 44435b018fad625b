import type { Clock } from '../drivers/clock/interface.ts';
import type { Random } from '../drivers/random/interface.ts';
import type { Tpm } from '../drivers/tpm/interface.ts';
import type { KeyLog } from '../protocol/key-log.ts';
import type { Link } from '../transports/lora/interface.ts';
import type { Store } from './store.ts';

/** What a device is made of, whatever its role. */
export interface DeviceDeps {
  readonly tpm: Tpm;
  readonly link: Link;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of every key that is used; there is none unless an operator asked for it. */
  readonly keyLog?: KeyLog;
}
