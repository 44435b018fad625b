import type { Observable, Subscription } from 'rxjs';
import type { Clock } from '../drivers/clock/interface.ts';
import type { ServiceManager } from '../drivers/systemd/interface.ts';
import type { Tpm } from '../drivers/tpm/interface.ts';
import { TiesError } from '../protocol/errors.ts';

/** Troubles of a radio that neither sends nor hears until another one says that it does again. */
const SILENT: ReadonlySet<string> = new Set(['RADIO_BROKEN', 'AIR_LOST']);
const WELL: ReadonlySet<string> = new Set(['RADIO_HEALED', 'AIR_BACK']);

/** Whether a radio works, as far as it tells of itself. */
export class RadioHealth {
  /** What keeps it from working, or null. */
  trouble: TiesError | null = null;
  readonly #subscription: Subscription;

  constructor(troubles: Observable<TiesError>, tell: (trouble: TiesError) => void) {
    this.#subscription = troubles.subscribe((trouble) => {
      if (SILENT.has(trouble.code)) this.trouble = trouble;
      if (WELL.has(trouble.code)) this.trouble = null;
      tell(trouble);
    });
  }

  close(): void {
    this.#subscription.unsubscribe();
  }
}

/** Faults of the TPM itself; others are of what it was given. */
const HARMED: ReadonlySet<string> = new Set([
  ...['TPM_UNAVAILABLE', 'TPM_REFUSED', 'TPM_NOT_PROVISIONED', 'TPM_RANDOM'],
]);

/** Whether a TPM does its work, as its last operation has shown. */
export class TpmHealth {
  /** What it failed with, or null. */
  trouble: TiesError | null = null;

  /** The same TPM, watched. */
  watch(tpm: Tpm): Tpm {
    return {
      perform: async (name, input) => {
        try {
          const output = await tpm.perform(name, input);
          this.trouble = null;
          return output;
        } catch (error) {
          if (error instanceof TiesError && HARMED.has(error.code)) this.trouble = error;
          throw error;
        }
      },
      handles: () => tpm.handles(),
      close: () => tpm.close(),
    };
  }
}

/**
 * Feed the service manager's watchdog, twice as often as it asks, while the radio works and the TPM
 * answers. A TPM that makes an RSA key answers after up to 53 s, so its watchdog is to be longer.
 * Returns how to stop that.
 */
export const feedWatchdog = (deps: {
  readonly clock: Clock;
  readonly manager: ServiceManager;
  readonly tpm: Pick<Tpm, 'handles'>;
  readonly radio: Pick<RadioHealth, 'trouble'>;
}): (() => void) => {
  const { clock, manager, tpm, radio } = deps;
  const { watchdogMs } = manager;
  if (watchdogMs === null) return () => {};
  let timer: unknown;
  let isStopped = false;
  const feed = async (): Promise<void> => {
    const answers = await tpm.handles().then(
      () => true,
      () => false,
    );
    if (isStopped) return;
    if (answers && radio.trouble === null) manager.alive();
    timer = clock.setTimeout(() => void feed(), watchdogMs / 2);
  };
  void feed();
  return () => {
    isStopped = true;
    clock.clearTimeout(timer);
  };
};
