import type { Store } from '../../actors/store.ts';
import { TiesError } from '../../protocol/errors.ts';

/** A device on a list. */
export interface Listed {
  readonly address: number;
  /** 16 hex digits. */
  readonly devId: string;
  readonly state: string;
}

/** Its operator's name for it, if it has one. */
export interface Named extends Listed {
  readonly name?: string;
}

const NAME = 'name/';
const LONGEST_NAME = 32;

/**
 * The devices of a network as the operator of this one names them. Names are kept here alone and
 * never go on the air.
 */
export class Devices {
  readonly #store: Store;
  readonly #list: () => readonly Listed[];

  constructor(store: Store, list: () => readonly Listed[]) {
    this.#store = store;
    this.#list = list;
  }

  get named(): readonly Named[] {
    const names = new Map(this.#store.entries<string>(NAME));
    return this.#list().map((listed) => {
      const name = names.get(`${NAME}${listed.devId}`);
      return name === undefined ? listed : { ...listed, name };
    });
  }

  /** By name, address or id. Throws `CONTROL_NO_DEVICE`. */
  find(text: string): Named {
    const { named } = this;
    const found =
      named.find(({ name }) => name === text) ??
      named.find(({ address }) => String(address) === text) ??
      named.find(({ devId }) => devId === text.toLowerCase());
    if (found !== undefined) return found;
    throw new TiesError(
      'CONTROL_NO_DEVICE',
      'There is no such device: give its name, address or id as ties nodes lists it.',
    );
  }

  /** Null takes the name away. Throws `CONTROL_NAME` for one that could be mistaken. */
  async rename(text: string, name: string | null): Promise<Named> {
    const { devId, address, state } = this.find(text);
    if (name !== null && !this.#isFree(name, devId))
      throw new TiesError(
        'CONTROL_NAME',
        `A name has 1 to ${LONGEST_NAME} characters, is no number and no id, and no other device has it.`,
      );
    await this.#store.write({ [`${NAME}${devId}`]: name ?? undefined });
    return { address, devId, state, ...(name !== null && { name }) };
  }

  #isFree(name: string, devId: string): boolean {
    const isName = name.length <= LONGEST_NAME && /^[ -~\u00a0-\uffff]+$/.test(name);
    const isMistakable = /^(\d+|[0-9a-f]{16}|center)$/i.test(name) || name.trim() !== name;
    const isTaken = this.named.some((other) => other.name === name && other.devId !== devId);
    return isName && !isMistakable && !isTaken;
  }
}
