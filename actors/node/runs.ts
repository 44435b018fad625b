import type { EventObject } from 'xstate';
import { TiesError } from '../../protocol/errors.ts';
import type { DeviceDeps } from '../device.ts';
import type { RunEnded } from '../dispatch.ts';
import { type FindOutlet, Outlets } from '../outlets.ts';
import { reportingStore } from '../reporting-store.ts';
import type { Routing } from '../router.ts';
import type { Beginning, Routes } from '../routes.ts';
import { Station } from '../station.ts';
import { crowdMs } from './crowd.ts';
import { type Dismissal, noteDismissal, requireNotDismissed } from './dismissal.ts';
import { NodeHost } from './host.ts';
import type { Who } from './inquiries.ts';
import { askedBy, hostedInquiry } from './inquiry.ts';
import { NodeJoin } from './join.ts';
import { hostedLeave, isLeaving } from './leave.ts';
import { NODE_LIMITS, type NodeLimits } from './limits.ts';
import { Lines } from './lines.ts';
import type { HostEvent, NodeNews } from './news.ts';
import { nodeOpeners } from './openers.ts';
import { hostedReadings } from './readings.ts';
import { NodeRejoin } from './rejoin.ts';
import { hostedKeeper, keeperInput } from './roster.ts';
import { nodeRoutes } from './routes.ts';
import { hostedSensor, type SensorPlan } from './sensor.ts';
import { SessionRuns } from './session-runs.ts';

const WATCH_MS = 600_000;

export type NodeDeps = DeviceDeps & {
  readonly limits?: Partial<NodeLimits>;
  readonly sensor?: SensorPlan | null;
};

/** The protocol runs of one node, from its boot on. */
export class NodeRuns {
  readonly #deps: NodeDeps;
  readonly #limits: NodeLimits;
  #started: {
    host: NodeHost;
    join: NodeJoin;
    rejoin: NodeRejoin;
    sessions: SessionRuns;
    lines: Lines;
    sensor: Beginning | null;
    routing: Routing;
    routes: Routes;
  } | null = null;

  constructor(deps: NodeDeps) {
    this.#deps = deps;
    this.#limits = { ...NODE_LIMITS, ...deps.limits };
  }

  /** Take a new epoch; throws `NODE_…` where there is nothing to join with. */
  async boot(find: FindOutlet, tell: (event: EventObject) => void): Promise<Uint8Array> {
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
    const host = new NodeHost(station, report, {
      limits: this.#limits,
      tell: (event: HostEvent) => tell(event),
      readers: this.#deps.sensor?.peers ?? [],
    });
    const join = new NodeJoin(host);
    if (isMember) {
      requireNotDismissed(station.store, host.devId);
      // Its join was cut off just before this.
      if (report.hasAccessKey) await outlets.perform('removeAccessKey', {});
      host.becomeMember(report.identity as Uint8Array);
      host.hearVersion(report.rosterFloor);
      // The last list was written down, and this was cut off.
      await host.raiseRosterFloor(host.held.floor);
    }
    const rejoin = new NodeRejoin(host);
    const sessions = new SessionRuns(host);
    const lines = new Lines(host, sessions);
    const routing: Routing = {
      openers: nodeOpeners(host, { join, rejoin, sessions }),
      answers: station.answers,
      resend: (answer) => void outlets.send(answer).catch(() => undefined),
      keyLog: this.#deps.keyLog,
    };
    const routes = nodeRoutes(host, {
      isChallenging: (peer) => sessions.challenges.has(peer),
      beginRejoin: (spreadMs) => this.rejoin(spreadMs),
    });
    const { sensor: plan = null } = this.#deps;
    const sensor = plan && hostedSensor(plan, station, lines);
    this.#started = { host, join, rejoin, sessions, lines, sensor, routing, routes };
    return host.devId;
  }

  get host(): NodeHost {
    return this.#running.host;
  }

  get join(): NodeJoin {
    return this.#running.join;
  }

  get sessions(): SessionRuns {
    return this.#running.sessions;
  }

  get routing(): Routing {
    return this.#running.routing;
  }

  get routes(): Routes {
    return this.#running.routes;
  }

  /** All who were switched on at one moment spread what they say, by how many they may be. */
  rejoin(spreadMs = crowdMs(this.host.address, this.host.roster)): Beginning {
    return { logic: this.#running.rejoin.hosted(), input: { spreadMs } };
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

  /** When this node looks again whether its Central Entity is still there. */
  get watchMs(): number {
    const againMs = Math.min(WATCH_MS, this.#limits.silenceMs / 8);
    return Math.max(againMs, this.host.missesCenterInMs);
  }

  roster(): Beginning {
    return { logic: hostedKeeper(this.host), input: keeperInput(this.host) };
  }

  inquiry(who: Who): Beginning {
    return { logic: hostedInquiry(this.host, who) };
  }

  get hasSensor(): boolean {
    return this.#running.sensor !== null;
  }

  sensor(): Beginning {
    return this.#running.sensor as Beginning;
  }

  readings(): Beginning {
    return hostedReadings(this.#running.lines);
  }

  /** A run is over: forget it, and say what it means for the node, if anything. */
  ended(ended: RunEnded): NodeNews | null {
    this.host.station.expectNothing(ended.actor);
    const who = askedBy(ended.actor);
    if (who !== null) this.host.inquiries.ended(who, ended.reason);
    return this.sessions.ended(ended);
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
