import { type Association, associationKeyId, underMasterKey } from '../../actors/association.ts';
import type { MemberRecord, NetworkRecord } from '../../actors/center/records.ts';
import { type Slot, type Slots, slotKeyId, underSessionKey } from '../../actors/node/sessions.ts';
import type { KeyRef } from '../../drivers/tpm/interface.ts';
import { open, type Sealable, seal } from '../../protocol/envelope.ts';
import { CENTER } from '../../protocol/identity.ts';
import { type Derivation, derivationBlock } from '../../protocol/key-schedule.ts';
import type { BodyOf, ClearOf, MessageName, Purpose } from '../../protocol/messages.ts';
import { type Packet, parsePacket } from '../../protocol/packet.ts';
import type { Secret } from '../../protocol/secret.ts';
import type { Forged } from '../scenarios/attacker.ts';
import type { Overheard } from '../scenarios/frames.ts';
import type { Network } from '../scenarios/network.ts';

/**
 * A member whose host is the attacker's: he commands its TPM and has its store, so he can use its
 * keys, though not export them. Whoever got a single key of it has less.
 */
export class Insider {
  readonly #network: Network;
  readonly name: string;

  constructor(network: Network, name: string) {
    this.#network = network;
    this.name = name;
  }

  get address(): number {
    return this.#network.world.address(this.name);
  }

  get association(): Association {
    const store = this.#network.world.store('CE');
    const { netId } = store.get('network') as NetworkRecord;
    const member = store.get(`member/${this.address}`) as MemberRecord;
    const { nodeEpoch, centerEpoch } = member;
    const root = { id: this.name, ref: 'masterKey' } as const;
    return { root, netId, node: this.address, nodeEpoch, centerEpoch };
  }

  slots(peer: number): Slots {
    return this.#network.world.store(this.name).get(`session/${peer}`) as Slots;
  }

  /** The boot epoch it speaks in, as its J1 told everybody. */
  get epoch(): number {
    return this.association.nodeEpoch;
  }

  underMaster(
    purpose: Purpose,
    direction: 'node→center' | 'center→node' = 'node→center',
  ): Promise<Secret> {
    return this.#derive('masterKey', underMasterKey(this.association, purpose, direction));
  }

  underSession(
    slot: Slot,
    purpose: Purpose,
    between: { src: number; dst: number },
  ): Promise<Secret> {
    const { netId } = this.association;
    return this.#derive(slot.key, underSessionKey(slot, purpose, { netId, ...between }));
  }

  /** What this node said to the Central Entity, or heard of it. */
  async read<N extends MessageName>(said: Overheard): Promise<BodyOf<N>> {
    const isOwn = said.dst === CENTER;
    const key = await this.underMaster('control', isOwn ? 'node→center' : 'center→node');
    const { nodeEpoch, centerEpoch } = this.association;
    const packet = parsePacket(said.payload) as Packet;
    const place = { ...said, epoch: isOwn ? nodeEpoch : centerEpoch, counter: packet.counter };
    return open(packet, place, key) as unknown as BodyOf<N>;
  }

  /** The challenge in a C1 of this node. */
  readChallenge({ src, dst, payload }: Overheard, key: Secret): BodyOf<'C1'> {
    const packet = parsePacket(payload) as Packet;
    const place = { src, dst, epoch: this.epoch, counter: packet.counter };
    return open(packet, place, key) as unknown as BodyOf<'C1'>;
  }

  /** A message to the Central Entity in this node's name, under any counter. */
  async toCenter<N extends MessageName>(content: {
    name: N;
    counter: number;
    clear: ClearOf<N>;
    body: BodyOf<N>;
  }): Promise<Forged> {
    const { association, address: src, epoch } = this;
    const message = { ...content, src, dst: CENTER, epoch, kid: associationKeyId(association) };
    const key = await this.underMaster('control');
    return this.#link(src, CENTER, seal<N>(message as unknown as Sealable<N>, key));
  }

  /** C1 as `said` in it, sealed under whatever key there is. */
  challenge(
    key: Secret,
    said: { slot: Slot; src: number; dst: number; counter: number; challenge: Uint8Array },
  ): Forged {
    const { slot, src, dst, counter, challenge } = said;
    const place = { src, dst, counter, epoch: this.epoch, kid: slotKeyId(slot) };
    const clear = { epoch: this.epoch };
    const payload = seal<'C1'>({ name: 'C1', ...place, clear, body: { challenge } }, key);
    return this.#link(src, dst, payload);
  }

  #link(src: number, dst: number, payload: Uint8Array): Forged {
    return { net: this.association.netId[0] as number, src, dst, payload };
  }

  async #derive(key: KeyRef, derivation: Derivation): Promise<Secret> {
    const tpm = this.#network.world.tpm(this.name);
    const [secret] = await tpm.perform('derive', { key, blocks: [derivationBlock(derivation)] });
    return secret as Secret;
  }
}
