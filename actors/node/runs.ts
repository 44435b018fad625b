import { type EventObject, fromPromise } from 'xstate';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import { readUint } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { atMostEvery } from '../at-most-every.ts';
import type { DeviceDeps } from '../device.ts';
import type { RunEnded } from '../dispatch.ts';
import { type FindOutlet, Outlets } from '../outlets.ts';
import { reportingStore } from '../reporting-store.ts';
import type { Routing } from '../router.ts';
import type { Beginning, Routes } from '../routes.ts';
import { Station } from '../station.ts';
import { ChallengeRun, initiatorId, responderId } from './confirm.ts';
import { sealData } from './confirm-keys.ts';
import { type Dismissal, noteDismissal, requireNotDismissed } from './dismissal.ts';
import { NodeHost } from './host.ts';
import { NodeJoin } from './join.ts';
import { receiverId } from './key-receipt.ts';
import { KeyRequest, requesterId } from './key-request.ts';
import { hostedLeave, isLeaving } from './leave.ts';
import { NODE_LIMITS, type NodeLimits } from './limits.ts';
import type { NodeNews } from './node.ts';
import { nodeOpeners } from './openers.ts';
import { NodeRejoin } from './rejoin.ts';
import { hostedKeeper, keeperInput } from './roster.ts';
import { nodeRoutes } from './routes.ts';
import type { Traffic } from './sessions.ts';

/** What is heard or sent begins a confirm with a peer at most this often. */
const RENEW_MS = 10_000;
const KEYS_POLL_MS = 200;
/** After a restart one peer is greeted after the other. */
const RESUME_MS = 2_000;
/** A worn session key is tried to be replaced at most this often. */
const REPLACE_MS = 600_000;
const WATCH_MS = 600_000;

export type NodeDeps = DeviceDeps & { readonly limits?: Partial<NodeLimits> };

/** The protocol runs of one node, from its boot on. */
export class NodeRuns {
  readonly #deps: NodeDeps;
  readonly #limits: NodeLimits;
  readonly #mayReplace: (peer: string) => boolean;
  readonly #requests = new Map<number, KeyRequest>();
  readonly #postponed = new Map<number, KtcMode>();
  readonly #challenges = new Map<number, ChallengeRun>();
  readonly #mayRenew: (peer: string) => boolean;
  #started: {
    host: NodeHost;
    join: NodeJoin;
    rejoin: NodeRejoin;
    routing: Routing;
    routes: Routes;
  } | null = null;
  #readings = 0;

  constructor(deps: NodeDeps) {
    this.#deps = deps;
    this.#limits = { ...NODE_LIMITS, ...deps.limits };
    this.#mayReplace = atMostEvery(deps.clock, REPLACE_MS);
    this.#mayRenew = atMostEvery(deps.clock, RENEW_MS);
  }

  /** Take a new epoch; throws `NODE_…` where there is nothing to join with. */
  async boot(find: FindOutlet, tell: (event: EventObject) => void): Promise<void> {
    const tellDismissed = (reason: Dismissal): void =>
      tell({ type: 'member.dismissed', reason } as EventObject);
    const store = reportingStore(this.#deps.store, tell);
    const outlets = new Outlets(find, store);
    const report = await outlets.perform('boot', {});
    const isMember = report.hasMasterKey && report.identity !== null;
    if (!isMember && !report.hasAccessKey)
      throw new TiesError(
        'NODE_REPROVISION',
        'This TPM holds neither a Master Key nor an access key. Provision the node anew and admit its new label.',
      );
    const station = new Station({ ...this.#deps, store, outlets, epoch: report.epoch });
    const host = new NodeHost(station, report, { limits: this.#limits, tellDismissed });
    const join = new NodeJoin(host);
    if (isMember) {
      requireNotDismissed(station.store, host.devId);
      // Its join was cut off just before this.
      if (report.hasAccessKey) await outlets.perform('removeAccessKey', {});
      host.becomeMember(report.identity as Uint8Array);
      host.hearVersion(report.rosterFloor);
      // The last list was written down, and this was cut off.
      const { version } = host.roster;
      if (version > report.rosterFloor) await outlets.perform('raiseRosterFloor', { version });
    }
    const rejoin = new NodeRejoin(host);
    const runs = { join, rejoin, requests: this.#requests, challenges: this.#challenges };
    const routing: Routing = {
      openers: nodeOpeners(host, runs),
      answers: station.answers,
      resend: (answer) => void outlets.send(answer).catch(() => undefined),
      keyLog: this.#deps.keyLog,
    };
    const routes = nodeRoutes(host, {
      isChallenging: (peer) => this.#challenges.has(peer),
      beginRejoin: () => this.rejoin(),
    });
    this.#started = { host, join, rejoin, routing, routes };
  }

  get host(): NodeHost {
    return this.#running.host;
  }

  get join(): NodeJoin {
    return this.#running.join;
  }

  get routing(): Routing {
    return this.#running.routing;
  }

  get routes(): Routes {
    return this.#running.routes;
  }

  rejoin(): Beginning {
    return { logic: this.#running.rejoin.hosted() };
  }

  leave(): Beginning {
    return { logic: hostedLeave(this.host) };
  }

  get isLeaving(): boolean {
    return isLeaving(this.host);
  }

  /** Nothing of the network stays. */
  async forget(reason: Dismissal): Promise<void> {
    await noteDismissal(this.host.station.store, this.host.devId, reason);
  }

  /** How often this node looks whether its Central Entity is still there. */
  get watchMs(): number {
    return Math.min(WATCH_MS, this.#limits.silenceMs / 8);
  }

  roster(): Beginning {
    return { logic: hostedKeeper(this.host), input: keeperInput(this.host) };
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
    const request = new KeyRequest(this.host, peer, mode);
    this.#requests.set(peer, request);
    return { logic: request.hosted(), input: request.input };
  }

  canConfirm(peer: number): boolean {
    return this.host.sessions.held(peer).length > 0;
  }

  /** Whether anything but a command may cause a confirm with this peer now. */
  mayRenew(peer: number): boolean {
    return this.canConfirm(peer) && this.#mayRenew(String(peer));
  }

  challenge(peer: number): Beginning {
    const run = new ChallengeRun(this.host, peer);
    this.#challenges.set(peer, run);
    return { logic: run.hosted(), input: run.input };
  }

  /** Peers whose session keys wait in the store for a confirm, each with when to begin it. */
  resumptions(): readonly { readonly peer: number; readonly delayMs: number }[] {
    const { sessions, station } = this.host;
    const spreadMs = () => readUint(station.random.bytes(2), 0, 2) % RESUME_MS;
    return sessions.peers.map((peer, at) => ({ peer, delayMs: at * RESUME_MS + spreadMs() }));
  }

  /** Whether there is still nothing under which this peer could be spoken to. */
  mayResume(peer: number): boolean {
    return this.canConfirm(peer) && this.host.sessions.outgoing(peer) === null;
  }

  /** Whether a worn session key is to be replaced now; its peer may be away for long. */
  mayReplace(peer: number): boolean {
    return this.host.wear.needsKey(peer) && this.#mayReplace(String(peer));
  }

  nextReadingId(peer: number): string {
    this.#readings += 1;
    return `reading.${peer}.${this.#readings}`;
  }

  reading(peer: number, payload: Uint8Array): Beginning {
    const logic = fromPromise(async ({ signal }: { signal: AbortSignal }) => {
      await this.host.rosterIsCurrent(signal);
      const traffic = await this.#outgoing(peer, signal);
      await this.host.station.transmit(sealData(this.host, peer, traffic, payload), { signal });
      return { reason: null };
    });
    return { logic };
  }

  /** Keys to send under; those of a confirm of one's own are waited for. */
  async #outgoing(peer: number, signal: AbortSignal): Promise<Traffic> {
    const { sessions, station } = this.host;
    while (sessions.outgoing(peer) === null && this.#challenges.has(peer) && !signal.aborted)
      await station.pause(KEYS_POLL_MS);
    const traffic = sessions.outgoing(peer);
    if (traffic === null)
      throw new TiesError(
        'SESSION_NONE',
        `There is no confirmed session with ${peer}; request one first.`,
      );
    return traffic;
  }

  /** A requester that the CE vouched for and this node does not know: its list is behind. */
  showsOldRoster({ actor, reason }: RunEnded): boolean {
    return reason === 'unknown' && actor === receiverId(peerOf(actor));
  }

  /** A run is over: forget it, and say what it means for the node, if anything. */
  ended({ actor, reason }: RunEnded): NodeNews | null {
    this.host.station.expectNothing(actor);
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

  get #running() {
    if (this.#started === null)
      throw new TiesError(
        'NODE_NOT_BOOTED',
        'The node has not booted; wait until its TPM answered.',
      );
    return this.#started;
  }
}

const peerOf = (actor: string): number => Number(actor.split('.').at(-1));
