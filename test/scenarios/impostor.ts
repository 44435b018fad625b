import { agree, ephemeral } from '../../protocol/agreement.ts';
import { sha256 } from '../../protocol/bytes.ts';
import { open, seal } from '../../protocol/envelope.ts';
import { CENTER, shortDevId } from '../../protocol/identity.ts';
import { firstJoinKey, offerKey, presentationKey } from '../../protocol/key-schedule.ts';
import type { Label } from '../../protocol/label.ts';
import type { BodyOf, ClearOf } from '../../protocol/messages.ts';
import { type Packet, parsePacket } from '../../protocol/packet.ts';
import type { Secret } from '../../protocol/secret.ts';
import type { Attacker } from './attacker.ts';

const SRC = 0xff42;

/** Somebody who has read a label and plays its device, with a storage key of his own. */
export class Impostor {
  readonly #attacker: Attacker;
  readonly #label: Label;
  readonly #own = ephemeral(new Uint8Array(32).fill(0x42));

  constructor(attacker: Attacker, label: Label) {
    this.#attacker = attacker;
    this.#label = label;
  }

  /** Say J1 at this boot epoch, and J3 with this key, if any, to the J2 that answers it. */
  join(epoch: number, storageKey: Uint8Array | null): void {
    const { devId, accessKey } = this.#label;
    const place = { src: SRC, dst: CENTER, epoch, kid: 0 };
    const clear = { devId: shortDevId(devId), epoch, share: this.#own.share };
    const j1 = seal<'J1'>(
      { name: 'J1', ...place, counter: 1, clear, body: {} },
      firstJoinKey(accessKey, devId),
    );
    this.#attacker.on(({ name, dst, payload }) => {
      if (name !== 'J2' || dst !== SRC || storageKey === null) return;
      const body = { suite: 'p256', storageKey } as const;
      const j3 = seal<'J3'>(
        { name: 'J3', ...place, counter: 2, clear: {}, body },
        this.#presentationKey(j1, payload),
      );
      this.#attacker.tell({ net: 0, src: SRC, dst: CENTER, payload: j3 });
    });
    this.#attacker.tell({ net: 0, src: SRC, dst: CENTER, payload: j1 });
  }

  #presentationKey(j1: Uint8Array, j2: Uint8Array): Secret {
    const { devId, accessKey } = this.#label;
    const packet = parsePacket(j2) as Packet;
    const { epoch, share } = packet.clear as ClearOf<'J2'>;
    const place = { src: CENTER, dst: SRC, epoch, counter: packet.counter };
    const key = offerKey(accessKey, devId, this.#own.share, share);
    const { netId } = open(packet, place, key, j1) as BodyOf<'J2'>;
    const secrets = { accessKey, agreed: agree(this.#own, share) as Secret };
    return presentationKey('J3', secrets, sha256(j1, j2), netId, devId);
  }
}
