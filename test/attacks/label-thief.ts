import { associationKeyId, underMasterKey } from '../../actors/association.ts';
import { agree, type Ephemeral, ephemeral } from '../../protocol/agreement.ts';
import { sha256 } from '../../protocol/bytes.ts';
import { open, seal } from '../../protocol/envelope.ts';
import { CENTER, shortDevId } from '../../protocol/identity.ts';
import {
  derivationBlock,
  firstJoinKey,
  type JoinSecrets,
  masterKey,
  offerKey,
  presentationKey,
} from '../../protocol/key-schedule.ts';
import type { Label } from '../../protocol/label.ts';
import type { BodyOf, ClearOf } from '../../protocol/messages.ts';
import { type Packet, parsePacket } from '../../protocol/packet.ts';
import { Secret } from '../../protocol/secret.ts';
import { suiteName } from '../../protocol/suite.ts';
import { hmacSha256 } from '../../protocol/tpm/kdf.ts';
import type { StorageKey } from '../../protocol/tpm/storage-key.ts';
import type { Attacker, Forged } from '../scenarios/attacker.ts';

const SRC = 0xff42;

/** What a Master Key would make of the epochs of its join: the key that J5 is sealed under. */
export const firstControlKey = (
  master: Secret,
  between: { netId: Uint8Array; node: number; nodeEpoch: number; centerEpoch: number },
): Secret => {
  const association = { ...between, root: { id: '', ref: 'masterKey' } } as const;
  const block = derivationBlock(underMasterKey(association, 'control', 'node→center'));
  return new Secret(hmacSha256(master.reveal(), block));
};

interface Taken {
  readonly body: BodyOf<'J2'>;
  readonly centerEpoch: number;
  readonly secrets: JoinSecrets;
  readonly j2: Uint8Array;
  readonly j3: Uint8Array;
}

/**
 * Somebody who has photographed a label before its device joined, and plays the device: with a
 * share of his own, and whatever storage key he presents.
 */
export class LabelThief {
  readonly #attacker: Attacker;
  readonly #label: Label;
  readonly #own: Ephemeral;
  readonly #epoch: number;
  #j1 = new Uint8Array(0);
  #taken: Taken | null = null;
  #j4: Uint8Array | null = null;

  constructor(attacker: Attacker, label: Label, epoch = 0) {
    this.#attacker = attacker;
    this.#label = label;
    this.#epoch = epoch;
    this.#own = ephemeral(new Uint8Array(32).fill(0x42));
  }

  /** What the Central Entity granted, once it has. */
  get granted(): BodyOf<'J4'> | null {
    if (this.#taken === null || this.#j4 === null) return null;
    const { j2, j3, centerEpoch: epoch } = this.#taken;
    const packet = parsePacket(this.#j4) as Packet;
    const place = { src: CENTER, dst: SRC, epoch, counter: packet.counter };
    const bound = sha256(this.#j1, j2, j3);
    return open(packet, place, this.#key('J4'), bound) as unknown as BodyOf<'J4'>;
  }

  /** Say J1, and J3 with this key to the J2 that answers it. */
  join(storageKey: StorageKey): void {
    const { devId, accessKey } = this.#label;
    const epoch = this.#epoch;
    const clear = { devId: shortDevId(devId), epoch, share: this.#own.share };
    const place = { src: SRC, dst: CENTER, epoch, kid: 0, counter: 1 };
    this.#j1 = Uint8Array.from(
      seal<'J1'>({ name: 'J1', ...place, clear, body: {} }, firstJoinKey(accessKey, devId)),
    );
    this.#attacker.on(({ name, dst, payload }) => {
      if (dst !== SRC) return;
      if (name === 'J2') this.#present(payload, storageKey);
      if (name === 'J4') this.#j4 = payload;
    });
    this.#tell(this.#j1);
  }

  /** J5 under the Master Key that this guess of the credential gives. */
  confirm(credential: Secret): Forged {
    const { body, centerEpoch, secrets, j2, j3 } = this.#taken as Taken;
    const { netId, address: node } = body;
    const transcript = sha256(this.#j1, j2, j3, this.#j4 as Uint8Array);
    const master = masterKey({ ...secrets, credential }, transcript, netId, this.#label.devId);
    const between = { netId, node, nodeEpoch: this.#epoch, centerEpoch };
    const kid = associationKeyId({ ...between, root: { id: '', ref: 'masterKey' } });
    const place = { src: node, dst: CENTER, epoch: this.#epoch, counter: 5, kid };
    const payload = seal<'J5'>(
      { name: 'J5', ...place, clear: {}, body: {} },
      firstControlKey(master, between),
    );
    return { net: netId[0] as number, src: node, dst: CENTER, payload };
  }

  #present(j2: Uint8Array, { suite, unique }: StorageKey): void {
    const { devId, accessKey } = this.#label;
    const packet = parsePacket(j2) as Packet;
    const { epoch: centerEpoch, share } = packet.clear as ClearOf<'J2'>;
    const fromCenter = { src: CENTER, dst: SRC, epoch: centerEpoch, counter: packet.counter };
    const key = offerKey(accessKey, devId, this.#own.share, share);
    const body = open(packet, fromCenter, key, this.#j1) as unknown as BodyOf<'J2'>;
    const secrets = { accessKey, agreed: agree(this.#own, share) as Secret };
    this.#taken = { body, centerEpoch, secrets, j2, j3: new Uint8Array(0) };
    const place = { src: SRC, dst: CENTER, epoch: this.#epoch, kid: 0, counter: 2 };
    const presented = { suite: suiteName(suite), storageKey: unique };
    const j3 = seal<'J3'>({ name: 'J3', ...place, clear: {}, body: presented }, this.#key('J3'));
    this.#taken = { ...this.#taken, j3 };
    this.#tell(j3);
  }

  #key(step: 'J3' | 'J4'): Secret {
    const { secrets, j2, body } = this.#taken as Taken;
    return presentationKey(step, secrets, sha256(this.#j1, j2), body.netId, this.#label.devId);
  }

  #tell(payload: Uint8Array): void {
    this.#attacker.tell({ net: 0, src: SRC, dst: CENTER, payload });
  }
}
