import { concat, readUint, sha256, uintBytes, utf8 } from '../../protocol/bytes.ts';
import { successor } from '../../protocol/transaction.ts';
import { decrypt, encrypt, type Mode } from './paper-cipher.ts';
import { type Figure, keyOf, Module } from './paper-tpm.ts';

/**
 * TIES as the paper writes it, to the letter and no more: Figure 4 (join), Figures 3 and 5 (key
 * distribution by the direct method) and the confirm. E(K, M) is AES-256 in a mode that the paper
 * leaves open; where it leaves more open, the comment says what is taken here. No radio and no
 * time: an attack is a transcript of who is handed which bytes.
 */

/** How the devices of one such network are made. */
export interface PaperOptions {
  readonly mode?: Mode;
  readonly figure?: Figure;
  /** Whose TPM it is: each of another name has another RSA key. By default the device's own. */
  readonly tpm?: string;
}

const ACKNOWLEDGED = utf8('OK');

/** "This key is used as a seed to generate an AES-256 key": by one hash. */
export const masterKeyOf = (accessKey: Uint8Array): Uint8Array => sha256(accessKey);

/** "Encrypts this key and the N2 node address": in this order. */
const keyWithAddress = (wrapped: Uint8Array, address: number): Uint8Array =>
  concat(wrapped, uintBytes(address, 2));

const split = (message: Uint8Array): { wrapped: Uint8Array; address: number } => ({
  wrapped: message.slice(0, -2),
  address: readUint(message, message.length - 2, 2),
});

export class PaperNode {
  readonly address: number;
  /** Session keys by peer: the last that came. */
  readonly sessions = new Map<number, Uint8Array>();
  /** Peers that this node takes to hold the key. */
  readonly confirmed = new Set<number>();
  /** The list of authorized devices. */
  list: readonly number[] = [];
  readonly #mode: Mode;
  readonly #masterKey: Uint8Array;
  readonly #module: Module;
  #centerKey: Uint8Array | null = null;
  #asked: { peer: number; key: Uint8Array } | null = null;
  #challenges = new Map<number, Uint8Array>();

  constructor(address: number, accessKey: Uint8Array, options: PaperOptions) {
    const { mode = 'cfb', figure = 5, tpm = `N${address}` } = options;
    this.address = address;
    this.#mode = mode;
    this.#masterKey = masterKeyOf(accessKey);
    this.#module = new Module(tpm, figure);
  }

  get publicKey(): Uint8Array {
    return this.#module.publicKey;
  }

  /** Figure 4: E(MK, RK_N). */
  presentKey(): Uint8Array {
    return this.#seal(this.#masterKey, this.publicKey);
  }

  takeCenterKey(packet: Uint8Array): void {
    this.#centerKey = this.#open(this.#masterKey, packet);
  }

  takeList(packet: Uint8Array): void {
    const bytes = this.#open(this.#masterKey, packet) ?? new Uint8Array(0);
    this.list = Array.from({ length: bytes.length / 2 }, (_, at) => readUint(bytes, 2 * at, 2));
  }

  /** Figure 5: E(MK_N1, [SK duplicated to RK_CE, N2]). */
  request(peer: number, key: Uint8Array): Uint8Array {
    this.#asked = { peer, key };
    const wrapped = this.#module.duplicate(key, this.#centerKey as Uint8Array);
    return this.#seal(this.#masterKey, keyWithAddress(wrapped, peer));
  }

  /** N1: the Central Entity confirms, so the key is there at both ends. */
  takeAcknowledgement(packet: Uint8Array): boolean {
    const said = this.#open(this.#masterKey, packet);
    if (this.#asked === null || said === null || !Buffer.from(said).equals(ACKNOWLEDGED))
      return false;
    this.sessions.set(this.#asked.peer, this.#asked.key);
    return true;
  }

  /** N2: whose key was delivered, or null; the acknowledgement is E(MK_N2, OK). */
  takeDelivery(packet: Uint8Array): number | null {
    const { wrapped, address } = split(this.#open(this.#masterKey, packet) ?? new Uint8Array(2));
    const key = this.#module.import(wrapped);
    if (key === null) return null;
    this.sessions.set(address, key);
    return address;
  }

  /** Figure 5: E(SK, ID). */
  challenge(peer: number, id: Uint8Array): Uint8Array {
    this.#challenges.set(peer, id);
    return this.#seal(this.sessions.get(peer) as Uint8Array, id);
  }

  /** E(SK, ID + 1). */
  answer(peer: number, packet: Uint8Array): Uint8Array {
    const key = this.sessions.get(peer) as Uint8Array;
    this.confirmed.add(peer);
    return this.#seal(key, successor(this.#open(key, packet) as Uint8Array));
  }

  takeAnswer(peer: number, packet: Uint8Array): boolean {
    const said = this.#open(this.sessions.get(peer) as Uint8Array, packet);
    const id = this.#challenges.get(peer) as Uint8Array;
    const holds = said !== null && Buffer.from(said).equals(successor(id));
    if (holds) this.confirmed.add(peer);
    return holds;
  }

  say(peer: number, reading: Uint8Array): Uint8Array {
    return this.#seal(this.sessions.get(peer) as Uint8Array, reading);
  }

  hear(peer: number, packet: Uint8Array): Uint8Array | null {
    return this.#open(this.sessions.get(peer) as Uint8Array, packet);
  }

  #seal(key: Uint8Array, message: Uint8Array): Uint8Array {
    return encrypt(this.#mode, key, message);
  }

  #open(key: Uint8Array, packet: Uint8Array): Uint8Array | null {
    return decrypt(this.#mode, key, packet);
  }
}

/** What the Central Entity hands on for a request: a packet, and for whom. */
export interface Handed {
  readonly to: number;
  readonly packet: Uint8Array;
}

export class PaperCenter {
  /** What its TPM was put to: 44.7 s of a join or 47.5 s of a translation each (Table 2). */
  readonly work: ('join' | 'translation')[] = [];
  readonly keys = new Map<number, Uint8Array>();
  readonly #mode: Mode;
  readonly #module: Module;
  readonly #masterKeys = new Map<number, Uint8Array>();

  constructor({ mode = 'cfb', figure = 5, tpm = 'CE' }: PaperOptions) {
    this.#mode = mode;
    this.#module = new Module(tpm, figure);
  }

  get publicKey(): Uint8Array {
    return this.#module.publicKey;
  }

  /** The administrator enters the one-time access key. */
  admit(address: number, accessKey: Uint8Array): void {
    this.#masterKeys.set(address, masterKeyOf(accessKey));
  }

  /** "One-time": a key that has served may be struck out. */
  forget(address: number): void {
    this.#masterKeys.delete(address);
  }

  /** Figure 4: takes RK_N, answers E(MK, RK_CE). */
  join(address: number, packet: Uint8Array): Uint8Array | null {
    const masterKey = this.#masterKeys.get(address);
    const key = masterKey && decrypt(this.#mode, masterKey, packet);
    if (!masterKey || !key || keyOf(key) === null) return null;
    this.work.push('join');
    this.keys.set(address, key);
    return encrypt(this.#mode, masterKey, this.publicKey);
  }

  /** Figure 4: the updated list of authorized devices, to each node. */
  listFor(address: number, list: readonly number[] = [...this.keys.keys()]): Uint8Array {
    const bytes = concat(...list.map((listed) => uintBytes(listed, 2)));
    return encrypt(this.#mode, this.#masterKeys.get(address) as Uint8Array, bytes);
  }

  /** Figure 5: decrypt, look N2 up on the list, import, encrypt to N2; null where one fails. */
  translate(from: number, packet: Uint8Array): Handed | null {
    const message = decrypt(this.#mode, this.#masterKeys.get(from) as Uint8Array, packet);
    if (message === null) return null;
    const { wrapped, address: to } = split(message);
    const recipient = this.keys.get(to);
    if (recipient === undefined) return null;
    this.work.push('translation');
    const key = this.#module.import(wrapped);
    if (key === null) return null;
    const delivery = keyWithAddress(this.#module.duplicate(key, recipient), from);
    return { to, packet: encrypt(this.#mode, this.#masterKeys.get(to) as Uint8Array, delivery) };
  }

  acknowledge(node: number): Uint8Array {
    return encrypt(this.#mode, this.#masterKeys.get(node) as Uint8Array, ACKNOWLEDGED);
  }
}

/** What is printed on the package of a device of this address. */
export const accessKeyOf = (address: number): Uint8Array =>
  sha256(utf8(`package ${address}`)).slice(0, 16);

/** A Central Entity and nodes 2, 3 and 4 of one make, all joined. */
export const paperNetwork = (options: PaperOptions = {}) => {
  const center = new PaperCenter(options);
  const nodes = [2, 3, 4].map((address) => {
    const node = new PaperNode(address, accessKeyOf(address), options);
    center.admit(address, accessKeyOf(address));
    node.takeCenterKey(center.join(address, node.presentKey()) as Uint8Array);
    return node;
  });
  return { center, nodes: nodes as [PaperNode, PaperNode, PaperNode] };
};
