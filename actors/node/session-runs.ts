import type { KtcMode } from '../../machines/ktc/requester.ts';
import { atMostEvery } from '../at-most-every.ts';
import type { RunEnded } from '../dispatch.ts';
import type { Beginning } from '../routes.ts';
import { between } from '../spread.ts';
import { ChallengeRun, initiatorId, responderId } from './confirm.ts';
import { crowdMs } from './crowd.ts';
import type { NodeHost } from './host.ts';
import { KeyRequest, requesterId } from './key-request.ts';
import type { NodeNews } from './news.ts';

/** What is heard or sent begins a confirm with a peer at most this often. */
const RENEW_MS = 10_000;
/** After a restart one peer is greeted after the other. */
const RESUME_MS = 2_000;
/** In a crowd so much longer than its rejoins begin within, for peers answer once they have theirs. */
const RESUME_CROWDS = 8;
/** A worn session key is tried to be replaced at most this often. */
const REPLACE_MS = 600_000;

/** Key distributions and confirms of one node: which may begin, which wait, what their end means. */
export class SessionRuns {
  readonly #host: NodeHost;
  readonly #requests = new Map<number, KeyRequest>();
  readonly #postponed = new Map<number, KtcMode>();
  readonly #challenges = new Map<number, ChallengeRun>();
  readonly #mayReplace: (peer: string) => boolean;
  readonly #mayRenew: (peer: string) => boolean;

  constructor(host: NodeHost) {
    this.#host = host;
    this.#mayReplace = atMostEvery(host.station.clock, REPLACE_MS);
    this.#mayRenew = atMostEvery(host.station.clock, RENEW_MS);
  }

  get requests(): ReadonlyMap<number, KeyRequest> {
    return this.#requests;
  }

  get challenges(): ReadonlyMap<number, ChallengeRun> {
    return this.#challenges;
  }

  /** Whether keys for this peer are on their way by this node's doing. */
  isUnderWay(peer: number): boolean {
    return this.#requests.has(peer) || this.#postponed.has(peer) || this.#challenges.has(peer);
  }

  /**
   * Whether a session key may be asked for now. The CE knows only the last request of a node
   * again, so a node has one at a time under way; others wait, each peer once.
   */
  mayRequest(peer: number, mode: KtcMode): boolean {
    if (this.#requests.size === 0) return true;
    if (!this.#requests.has(peer)) this.#postponed.set(peer, mode);
    return false;
  }

  /** The longest waiting of them, once it may begin. */
  nextRequest(): { readonly peer: number; readonly mode: KtcMode } | null {
    const [next] = this.#postponed;
    if (next === undefined || this.#requests.size > 0) return null;
    const [peer, mode] = next;
    this.#postponed.delete(peer);
    return { peer, mode };
  }

  request(peer: number, mode: KtcMode): Beginning {
    const request = new KeyRequest(this.#host, peer, mode);
    this.#requests.set(peer, request);
    return { logic: request.hosted(), input: request.input };
  }

  canConfirm(peer: number): boolean {
    return this.#host.sessions.held(peer).length > 0;
  }

  /** Whether anything but a command may cause a confirm with this peer now. */
  mayRenew(peer: number): boolean {
    return this.canConfirm(peer) && this.#mayRenew(String(peer));
  }

  /** Whether what is to be sent to a peer has to wait for keys, or those in use are worn. */
  wants(peer: number): boolean {
    const { wear } = this.#host;
    return wear.needsConfirm(peer) || wear.needsKey(peer);
  }

  needsConfirm(peer: number): boolean {
    return this.#host.wear.needsConfirm(peer);
  }

  challenge(peer: number): Beginning {
    const run = new ChallengeRun(this.#host, peer);
    this.#challenges.set(peer, run);
    return { logic: run.hosted(), input: run.input };
  }

  /** Peers whose session keys wait in the store for a confirm, each with when to begin it. */
  resumptions(): readonly { readonly peer: number; readonly delayMs: number }[] {
    const { address, roster, sessions, station } = this.#host;
    const spreadMs = RESUME_MS + RESUME_CROWDS * crowdMs(address, roster);
    return sessions.peers.map((peer, at) => ({
      peer,
      delayMs: at * RESUME_MS + between(station.random, 0, spreadMs),
    }));
  }

  /** Whether there is still nothing under which this peer could be spoken to. */
  mayResume(peer: number): boolean {
    return this.canConfirm(peer) && this.#host.sessions.outgoing(peer) === null;
  }

  /** Whether a worn session key is to be replaced now; its peer may be away for long. */
  mayReplace(peer: number): boolean {
    return this.#host.wear.needsKey(peer) && this.#mayReplace(String(peer));
  }

  /** A run is over: forget it, and say what it means for the node, if anything. */
  ended({ actor, reason }: RunEnded): NodeNews | null {
    const peer = peerOf(actor);
    switch (actor) {
      case requesterId(peer):
        if (reason !== null) this.#requests.get(peer)?.abandon();
        this.#requests.delete(peer);
        return reason === null ? { type: 'session.established', peer } : null;
      case initiatorId(peer):
        this.#challenges.delete(peer);
        return reason === null ? { type: 'session.confirmed', peer } : null;
      case responderId(peer):
        return reason === null ? { type: 'session.confirmed', peer } : null;
      default:
        return null;
    }
  }
}

const peerOf = (actor: string): number => Number(actor.split('.').at(-1));
