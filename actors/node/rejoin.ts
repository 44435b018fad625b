import { fromPromise } from 'xstate';
import { rejoinNodeMachine } from '../../machines/rejoin/node.ts';
import { REPLY_MS } from '../../machines/retry.ts';
import { sha256 } from '../../protocol/bytes.ts';
import { CENTER } from '../../protocol/identity.ts';
import type { ClearOf } from '../../protocol/messages.ts';
import { rejoinPair } from '../association.ts';
import { Outbox } from '../outbox.ts';
import { parsed } from '../parsed.ts';
import type { Opener } from '../router.ts';
import { between } from '../spread.ts';
import type { Sealed } from '../station.ts';
import { boundedSpreadMs, crowdMs } from './crowd.ts';
import type { NodeHost } from './host.ts';

export const REJOIN = 'rejoin';

/** A member that asks its Central Entity for the epochs of both. */
export class NodeRejoin {
  readonly #host: NodeHost;
  #r1: Uint8Array | null = null;
  #centerEpoch = 0;

  constructor(host: NodeHost) {
    this.#host = host;
  }

  /** R2 is bound to the R1 that waits for it; an epoch once passed does not come back. */
  readonly openAnswer: Opener = async (packet) => {
    const { station, member, centerEpochFloor } = this.#host;
    const { epoch } = packet.clear as ClearOf<'R2'>;
    if (this.#r1 === null) return 'unknown-source';
    if (epoch < centerEpochFloor) return 'stale-epoch';
    const [, key] = await station.keys.get(member.bond.root, rejoinPair(member.bond));
    const place = { src: CENTER, dst: member.bond.node, epoch };
    return [{ secret: key.secret, place, bound: sha256(this.#r1) }];
  };

  hosted() {
    const { station } = this.#host;
    const outbox = new Outbox();
    return parsed(rejoinNodeMachine).provide({
      actors: {
        transmit: fromPromise(async ({ input, signal }) => {
          const sealed = await this.#seal(outbox, input.attempt);
          await station.transmit(sealed, { signal, isUrgent: true });
        }),
        adoptEpochs: fromPromise(() => this.#host.agreeOn(this.#centerEpoch)),
      },
      delays: {
        spread: ({ context }) => this.#within(boundedSpreadMs(context.spreadMs)),
        reply: () => REPLY_MS + this.#within(2 * crowdMs(this.#host.address, this.#host.roster)),
      },
      actions: {
        acceptAnswer: ({ event }) => {
          if (event.type !== 'rejoin.answered') return;
          this.#centerEpoch = event.clear.epoch;
          this.#r1 = null;
        },
      },
    });
  }

  #within(ms: number): number {
    return ms === 0 ? 0 : between(this.#host.station.random, 0, ms);
  }

  async #seal(outbox: Outbox, attempt: number): Promise<Sealed> {
    const { station, member, roster } = this.#host;
    const body = { rosterVersion: roster.version };
    const sealed = await outbox.once(String(attempt), () =>
      station.sealRejoin(member.bond, { name: 'R1', body }),
    );
    this.#r1 = sealed.message.payload;
    return sealed;
  }
}
