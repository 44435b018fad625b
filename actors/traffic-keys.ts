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
    return derivations.every((derivation) => this.#keys.has(nameOf(root, derivation)));
  }

  /** The keys, in order; those not at hand cost one TPM operation together. */
  async get<const D extends readonly Derivation[]>(
    root: RootKey,
    derivations: D,
  ): Promise<{ readonly [K in keyof D]: TrafficKey }> {
    const names = derivations.map((derivation) => nameOf(root, derivation));
    const missing = derivations
      .map((derivation, at) => ({ derivation, name: names[at] as string }))
      .filter(({ name }) => !this.#keys.has(name));
    if (missing.length > 0) {
      const blocks = missing.map(({ derivation }) => derivationBlock(derivation));
      const derived = this.#derive(root.ref, blocks);
      for (const [at, { derivation, name }] of missing.entries()) {
        const key = derived.then((secrets) => trafficKey(secrets[at] as Secret, derivation));
        this.#keys.set(name, key);
        key.catch(() => this.#keys.delete(name));
      }
    }
    const keys = await Promise.all(names.map((name) => this.#keys.get(name)));
    return keys as readonly unknown[] as { readonly [K in keyof D]: TrafficKey };
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

/** One of its own for each derivation, made at each message. */
const nameOf = ({ id }: RootKey, derivation: Derivation): string => {
  const { purpose, netId, src, dst, srcEpoch, dstEpoch, context } = derivation;
  const between = `${toHex(netId)}.${src}.${dst}.${srcEpoch}.${dstEpoch}`;
  return `${id}/${purpose}.${between}.${context === undefined ? '' : toHex(context)}`;
};
