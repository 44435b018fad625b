import type { Disk } from '../../actors/store/durable-store.ts';
import { storeFault } from '../../actors/store/faults.ts';
import type { Tpm } from '../../drivers/tpm/interface.ts';
import type { World } from '../../simulations/world.ts';

/**
 * What outlasts a device or is seen by others. A frame has been sent but not heard, and has been
 * heard; a TPM has done an operation, and nobody knows yet; a commit is about to be made, and has
 * been made, and nobody knows yet.
 */
export const KINDS = [
  'frame sent',
  'frame heard',
  'TPM done',
  'before commit',
  'after commit',
] as const;
export type Kind = (typeof KINDS)[number];

/** The nth of its kind since the watch began, on whatever device. */
export interface Moment {
  readonly kind: Kind;
  readonly nth: number;
}

/** What befalls a network: at a moment devices lose power, or the one that commits finds no room. */
export type Mishap =
  | { readonly what: 'power cut'; readonly at: Moment; readonly victims: readonly string[] }
  | { readonly what: 'full disk'; readonly at: Moment };

/** Counts the moments of a world at which power may be cut, and calls at each. */
export class Moments {
  readonly counts: Record<Kind, number> = {
    'frame sent': 0,
    'frame heard': 0,
    'TPM done': 0,
    'before commit': 0,
    'after commit': 0,
  };
  #reached: ((moment: Moment, device: string | null) => void) | null = null;

  readonly #full = new Set<string>();

  readonly wrapDisk = (disk: Disk, device: string): Disk => ({
    commit: async (changes) => {
      this.#pass('before commit', device);
      if (this.#full.has(device)) throw noRoom();
      await disk.commit(changes);
      this.#pass('after commit', device);
    },
    close: () => disk.close(),
  });

  readonly wrapTpm = (tpm: Tpm, device: string): Tpm => ({
    perform: async (name, input) => {
      const output = await tpm.perform(name, input);
      this.#pass('TPM done', device);
      return output;
    },
    handles: () => tpm.handles(),
    close: () => tpm.close(),
  });

  /** Listens to the air of the world that was made with these wraps. */
  watch({ medium, clock }: World): void {
    medium.transmissions.subscribe(() => {
      this.#pass('frame sent', null);
      clock.setTimeout(() => this.#pass('frame heard', null), 0);
    });
  }

  begin(reached: (moment: Moment, device: string | null) => void): void {
    this.#reached = reached;
  }

  /** No commit of this device has room any more. */
  fill(device: string): void {
    this.#full.add(device);
  }

  empty(device: string): void {
    this.#full.delete(device);
  }

  end(): void {
    this.#reached = null;
  }

  #pass(kind: Kind, device: string | null): void {
    if (this.#reached === null) return;
    const nth = this.counts[kind];
    this.counts[kind] += 1;
    this.#reached({ kind, nth }, device);
  }
}

const noRoom = (): Error =>
  storeFault(Object.assign(new Error('no space left'), { code: 'ENOSPC' }), '/var/lib/ties');
