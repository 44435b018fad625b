import { inspect } from 'node:util';
import type { AnyMachineSnapshot } from 'xstate';
import { decodeValue } from '../../actors/store/codec.ts';
import type { Disk } from '../../actors/store/durable-store.ts';
import type { Sighting } from '../../actors/tap.ts';
import { Secret } from '../../protocol/secret.ts';

/** Bytes as they might be printed. Rows of numbers are looked for without their blanks. */
export const spellings = (secret: Uint8Array): string[] => {
  const bytes = Buffer.from(secret);
  const decimals = [...secret];
  return [
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    decimals.join(','),
    decimals.map((byte, at) => `"${at}":${byte}`).join(','),
    decimals.map((byte, at) => `'${at}':${byte}`).join(','),
    [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':'),
    bytes.toString('latin1'),
  ];
};

/** Text as it is searched: no blanks. */
const searchable = (text: string): string => text.replace(/\s+/g, '');

/** What can be read somewhere. */
export class Disclosed {
  readonly #texts = new Set<string>();

  get size(): number {
    return this.#texts.size;
  }

  readonly show = (text: string): void => void this.#texts.add(searchable(text));

  printDeep(what: unknown, depth = 12): void {
    const whole = { maxArrayLength: null, maxStringLength: null } as const;
    this.show(inspect(what, { depth, breakLength: Number.POSITIVE_INFINITY, ...whole }));
  }

  /** Those of the patterns that stand in a text. */
  found(patterns: readonly string[]): string[] {
    const texts = [...this.#texts];
    return patterns.filter((pattern) => texts.some((text) => text.includes(searchable(pattern))));
  }
}

/** What devices show of themselves: their logs, and what every watcher gets. */
export class Shown extends Disclosed {
  readonly #printed = new Set<string>();

  /**
   * A snapshot leads to every other actor of its device: of each kind one is printed so deep that
   * the contexts of its children are in it.
   */
  readonly watch = ({ what, ...sighting }: Sighting): void => {
    this.show(JSON.stringify(sighting));
    this.show(JSON.stringify(what));
    if (sighting.kind !== 'state') {
      this.printDeep(what);
      return;
    }
    const { context, output, error } = what as AnyMachineSnapshot;
    this.printDeep({ context, output, error });
    const kind = sighting.actor.replace(/[0-9a-f]+$/, '');
    if (this.#printed.has(kind)) return;
    this.#printed.add(kind);
    this.printDeep(what, 9);
  };
}

/** What ever stood in stores. What is a `Secret` there stands apart, by its place. */
export class Stored extends Disclosed {
  readonly places = new Set<string>();
  readonly secrets = new Map<string, Uint8Array>();

  /** A disk whose commits are looked at: for `wrapDisk` of a world. */
  readonly watch = (disk: Disk, device: string): Disk => ({
    commit: (changes) => {
      for (const [key, bytes] of changes)
        this.keep(device, { [key]: bytes && decodeValue(key, bytes) });
      return disk.commit(changes);
    },
    close: () => disk.close(),
  });

  keep(device: string, entries: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(entries)) {
      this.places.add(`${device} ${key}`);
      this.show(key);
      this.printDeep(this.#withoutSecrets(value, `${device} ${key}`));
    }
  }

  /** A kind of value that this cannot see into is refused. */
  #withoutSecrets(value: unknown, place: string): unknown {
    if (value instanceof Secret) {
      this.secrets.set(place, Uint8Array.from(value.reveal()));
      return '[secret]';
    }
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
    const part = ([name, inner]: [string, unknown]): [string, unknown] => [
      name,
      this.#withoutSecrets(inner, `${place}.${name}`),
    ];
    const parts = Object.entries(value).map(part);
    if (Array.isArray(value)) return parts.map(([, inner]) => inner);
    if (Object.getPrototypeOf(value) === Object.prototype) return Object.fromEntries(parts);
    throw new TypeError(`${place} is of a kind that nobody looks into here.`);
  }
}
