import type { KeyRef } from '../drivers/tpm/interface.ts';
import { toHex } from '../protocol/bytes.ts';
import { type Derivation, derivationBlock } from '../protocol/key-schedule.ts';
import type { MessageName } from '../protocol/messages.ts';
import type { Secret } from '../protocol/secret.ts';
import { ReplayWindow } from '../protocol/window.ts';

/** A key in memory for one purpose and direction, and what has been seen under it. */
export interface TrafficKey {
  readonly secret: Secret;
  readonly derivation: Derivation;
  /** One window a message type: counters rise by type. */
  window(name: MessageName): ReplayWindow;
}

/** A TPM-held key: a stable name for the cache, and how the TPM finds it. */
export interface RootKey {
  readonly id: string;
  readonly ref: KeyRef;
}

/** Asks the TPM to derive; several blocks cost one load of the key. */
export type Derive = (key: KeyRef, blocks: readonly Uint8Array[]) => Promise<readonly Secret[]>;

const trafficKey = (secret: Secret, derivation: Derivation): TrafficKey => {
  const windows = new Map<MessageName, ReplayWindow>();
  return {
    secret,
    derivation,
    window: (name) => {
      let window = windows.get(name);
      if (window === undefined) {
        window = new ReplayWindow();
        windows.set(name, window);
      }
      return window;
    },
  };
};

/** Traffic keys that the TPM has derived, each once; with data keys, all that memory holds. */
export class TrafficKeys {
  readonly #derive: Derive;
  readonly #keys = new Map<string, Promise<TrafficKey>>();

  constructor(derive: Derive) {
    this.#derive = derive;
  }

  /** Whether all of these are at hand without the TPM. */
  has(root: RootKey, derivations: readonly Derivation[]): boolean {
    return derivations.every((derivation) => this.#keys.has(cacheKey(root, derivation)));
  }

  /** The keys, in order; those not at hand cost one TPM operation together. */
  async get<const D extends readonly Derivation[]>(
    root: RootKey,
    derivations: D,
  ): Promise<{ readonly [K in keyof D]: TrafficKey }> {
    const missing = derivations.filter((derivation) => !this.has(root, [derivation]));
    if (missing.length > 0) {
      const derived = this.#derive(root.ref, missing.map(derivationBlock));
      for (const [index, derivation] of missing.entries()) {
        const key = derived.then((secrets) => trafficKey(secrets[index] as Secret, derivation));
        const name = cacheKey(root, derivation);
        this.#keys.set(name, key);
        key.catch(() => this.#keys.delete(name));
      }
    }
    const keys = await Promise.all(
      derivations.map(
        (derivation) => this.#keys.get(cacheKey(root, derivation)) as Promise<TrafficKey>,
      ),
    );
    return keys as { readonly [K in keyof D]: TrafficKey };
  }

  /** Keys of which none stays here: one TPM operation, and the caller's alone. */
  async take<const D extends readonly Derivation[]>(
    root: RootKey,
    derivations: D,
  ): Promise<{ readonly [K in keyof D]: TrafficKey }> {
    const secrets = await this.#derive(root.ref, derivations.map(derivationBlock));
    const keys = derivations.map((derivation, at) => trafficKey(secrets[at] as Secret, derivation));
    return keys as { readonly [K in keyof D]: TrafficKey };
  }

  /** Drop every key derived from `rootId`. */
  forget(rootId: string): void {
    for (const name of this.#keys.keys())
      if (name.startsWith(`${rootId}/`)) this.#keys.delete(name);
  }
}

const cacheKey = (root: RootKey, derivation: Derivation): string =>
  `${root.id}/${toHex(derivationBlock(derivation))}`;
