import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { CENTER, shortDevId } from '../../protocol/identity.ts';
import { type Association, associationKeyId, readingKey } from '../association.ts';
import type { Line } from '../sensor/line.ts';
import type { Sealed } from '../station.ts';
import { sealData } from './confirm-keys.ts';
import { type NodeHost, unvouched } from './host.ts';
import type { SessionRuns } from './session-runs.ts';
import type { Traffic } from './sessions.ts';

const KEYS_POLL_MS = 200;

/** Keys to a peer, and what they make of a payload. */
interface Way {
  readonly keys: object;
  readonly epoch: number;
  seal(payload: Uint8Array): Promise<Sealed> | Sealed;
}

/** How what a node measures gets to its peers: by session keys, or to the center under MK. */
export class Lines {
  readonly #host: NodeHost;
  readonly #sessions: SessionRuns;
  /** Frames under each association; at its own counter, as only 16 bits of it travel. */
  readonly #sentToCenter = new WeakMap<Association, number>();
  readonly #last = new Map<number, { keys: object; payload: Uint8Array; sealed: Sealed }>();

  constructor(host: NodeHost, sessions: SessionRuns) {
    this.#host = host;
    this.#sessions = sessions;
  }

  /**
   * The address of `center`, or of a device by its id. Throws `PEER_UNKNOWN`, `PEER_ITSELF`,
   * `PEER_UNVOUCHED`.
   */
  async addressOf(name: string): Promise<number> {
    if (name === 'center') return CENTER;
    const { devId, held, inquiries } = this.#host;
    if (name === toHex(shortDevId(devId)))
      throw new TiesError(
        'PEER_ITSELF',
        `Device ${name} is this one: name others in sensor.peers, or "center".`,
      );
    const reason = held.find(name) === undefined ? await inquiries.ask(name) : null;
    if (reason === 'unanswered') throw unvouched(name);
    const entry = held.find(name);
    if (entry === undefined)
      throw new TiesError(
        'PEER_UNKNOWN',
        `No device ${name} has joined yet: admit it at the center, or mend sensor.peers of the role file by what ties nodes lists.`,
      );
    return entry.address;
  }

  /** Fails with what keeps this node from speaking with the peer. */
  async to(peer: number, signal: AbortSignal): Promise<Line> {
    const way = peer === CENTER ? this.#toCenter() : await this.#toNode(peer, signal);
    return {
      epoch: way.epoch,
      send: async (payload, signal) => {
        const sealed = await this.#sealed(peer, way, payload);
        await this.#host.station.transmit(sealed, { signal });
      },
    };
  }

  async #sealed(peer: number, { keys, seal }: Way, payload: Uint8Array): Promise<Sealed> {
    const last = this.#last.get(peer);
    if (last?.keys === keys && last.payload === payload) return last.sealed;
    const sealed = await seal(payload);
    this.#last.set(peer, { keys, payload, sealed });
    return sealed;
  }

  #toCenter(): Way {
    const { association } = this.#host;
    const seal = (payload: Uint8Array) => this.#sealToCenter(association, payload);
    return { keys: association, epoch: association.centerEpoch, seal };
  }

  async #sealToCenter(association: Association, payload: Uint8Array): Promise<Sealed> {
    const { station } = this.#host;
    const [key] = await station.keys.get(association.root, [readingKey(association)]);
    const counter = (this.#sentToCenter.get(association) ?? 0) + 1;
    this.#sentToCenter.set(association, counter);
    const route = { kid: associationKeyId(association), src: association.node, dst: CENTER };
    const content = { name: 'data', ...route, counter, clear: {}, body: { payload } } as const;
    return station.seal<'data'>(key.secret, association.netId[0] as number, content);
  }

  async #toNode(peer: number, signal: AbortSignal): Promise<Way> {
    await this.#host.mayBegin(peer, signal);
    const traffic = await this.#traffic(peer, signal);
    const seal = (payload: Uint8Array) => sealData(this.#host, peer, traffic, payload);
    return { keys: traffic, epoch: traffic.peerEpoch, seal };
  }

  /** Keys to send under; those that this node is getting are waited for. */
  async #traffic(peer: number, signal: AbortSignal): Promise<Traffic> {
    const { sessions, station } = this.#host;
    if (this.#sessions.wants(peer)) this.#host.tell({ type: 'session.wanted', peer });
    while (sessions.outgoing(peer) === null && this.#sessions.isUnderWay(peer) && !signal.aborted)
      await station.pause(KEYS_POLL_MS);
    const traffic = sessions.outgoing(peer);
    if (traffic === null)
      throw new TiesError(
        'SESSION_NONE',
        `There is no confirmed session with ${peer} yet; see that it is on and in reach.`,
      );
    return traffic;
  }
}
