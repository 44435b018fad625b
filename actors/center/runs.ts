import { type EventObject, fromPromise } from 'xstate';
import { TiesError } from '../../protocol/errors.ts';
import { CENTER, devIdOf } from '../../protocol/identity.ts';
import { firstJoinKey } from '../../protocol/key-schedule.ts';
import type { Label } from '../../protocol/label.ts';
import type { RosterEntry } from '../../protocol/roster.ts';
import { atMostEvery } from '../at-most-every.ts';
import type { DeviceDeps } from '../device.ts';
import type { RunEnded } from '../dispatch.ts';
import { type FindOutlet, Outlets } from '../outlets.ts';
import { type ReadingReceived, readingIn } from '../reading-news.ts';
import { reportingStore } from '../reporting-store.ts';
import type { Opened, Routing } from '../router.ts';
import type { Beginning, Routes } from '../routes.ts';
import { Station } from '../station.ts';
import { CenterHost } from './host.ts';
import { CenterJoin } from './join.ts';
import { hostedRevoker } from './leave.ts';
import { centerOpeners } from './openers.ts';
import { demandRejoin, hostedHerald } from './rejoin.ts';
import { RosterOffice } from './roster.ts';
import { centerRoutes } from './routes.ts';

/** A node that speaks under epochs that are over is told so at most this often. */
const DEMAND_MS = 60_000;

/** The protocol runs of the Central Entity, from its boot on. */
export class CenterRuns {
  readonly #deps: DeviceDeps;
  readonly #joins = new Map<string, CenterJoin>();
  readonly #mayDemand: (node: string) => boolean;
  /** What the list is to say and what its publisher has been told, by address. */
  readonly #announced = new Map<number, string>();
  #started: { host: CenterHost; office: RosterOffice; routing: Routing; routes: Routes } | null =
    null;

  constructor(deps: DeviceDeps) {
    this.#deps = deps;
    this.#mayDemand = atMostEvery(deps.clock, DEMAND_MS);
  }

  /** Take a new epoch, found the network if there is none. */
  async boot(find: FindOutlet, tell: (event: EventObject) => void): Promise<Uint8Array> {
    const store = reportingStore(this.#deps.store, tell);
    const outlets = new Outlets(find, store);
    const { rosterKey, ...report } = await outlets.perform('boot', {});
    if (rosterKey === null)
      throw new TiesError(
        'CENTER_NO_ROSTER_KEY',
        'This TPM holds no roster key: it was provisioned as a node. Provision it as the center.',
      );
    const station = new Station({ ...this.#deps, store, outlets, epoch: report.epoch });
    const host = new CenterHost(station, { ...report, rosterKey });
    await this.#takeUpNetwork(host, report.rosterFloor);
    const office = new RosterOffice(host);
    const routing: Routing = {
      openers: centerOpeners(host, this.#joins),
      answers: station.answers,
      resend: (answer) => void outlets.send(answer).catch(() => undefined),
      keyLog: this.#deps.keyLog,
    };
    const routes = centerRoutes(host, office, (label, opened) => {
      const join = new CenterJoin(host, label, opened);
      this.#joins.set(join.id, join);
      return join;
    });
    outlets.listenAs([CENTER]);
    this.#started = { host, office, routing, routes };
    return devIdOf(host.name);
  }

  get host(): CenterHost {
    return this.#running.host;
  }

  get routing(): Routing {
    return this.#running.routing;
  }

  get routes(): Routes {
    return this.#running.routes;
  }

  roster(): Beginning {
    const { roster, unpublished } = this.host;
    for (const { address, state } of unpublished) this.#announced.set(address, state);
    return {
      logic: this.#running.office.publisher(),
      input: { roster, changes: unpublished },
    };
  }

  /** Admit the device of a label: from now on it may join while the window is open. */
  async admit({ devId, accessKey }: Label): Promise<void> {
    const { records, station } = this.host;
    if (this.#isAdmitted(devId)) throw labelKnown();
    const sealed = await station.outlets.perform('sealAccessKey', { accessKey });
    if (this.#isAdmitted(devId)) throw labelKnown();
    await records.admit({ devId, firstKey: firstJoinKey(accessKey, devId), sealed });
  }

  /** Members whose last word this process has not heard; null where there are none. */
  herald(): Beginning | null {
    const { host } = this;
    const members = host.unheard;
    return members.length === 0 ? null : { logic: hostedHerald(host), input: { members } };
  }

  /** To say R0 to whoever spoke under epochs that are over; null if that was just done. */
  demand(node: number): Beginning | null {
    if (!this.#mayDemand(String(node))) return null;
    const logic = fromPromise(async ({ signal }: { signal: AbortSignal }) => {
      await demandRejoin(this.host, node, signal);
      return { reason: null };
    });
    return { logic };
  }

  /** To take a device off the list, by the operator's word. */
  revocation(address: number): Beginning {
    const logic = fromPromise(async () => {
      await this.host.records.dismiss(address, 'revoked');
      return { reason: null };
    });
    return { logic };
  }

  /** What a member measured. */
  readingIn(opened: Opened): ReadingReceived | null {
    return this.host.isMember(opened.event.from) ? readingIn(opened) : null;
  }

  /**
   * To tell a device that it was revoked; null if it cannot be told before it has rejoined, which
   * tells it.
   */
  revoker(address: number): Beginning | null {
    const association = this.host.associationOf(address);
    return association === null ? null : { logic: hostedRevoker(this.host, association) };
  }

  /** Whether this device goes on as if it were a member, and is to be told again that it is none. */
  mayRemind({ name, event }: Opened): boolean {
    if (name === 'ack' || name === 'leave' || name === 'R1') return false;
    const standing = this.host.records.member(event.from)?.standing ?? 'active';
    return standing === 'revoked' && this.#mayDemand(`revoked ${event.from}`);
  }

  /** A run is over: forget it. What the list is to say of its node now and does not, if anything. */
  ended({ actor }: RunEnded): RosterEntry | null {
    this.host.station.expectNothing(actor);
    const address = this.#joins.get(actor)?.address ?? Number(actor.split('.').at(-1));
    this.#joins.delete(actor);
    const entry = this.host.unpublishedOf(address);
    if (entry === null || this.#announced.get(address) === entry.state) return null;
    this.#announced.set(address, entry.state);
    return entry;
  }

  #isAdmitted(devId: Uint8Array): boolean {
    return this.host.records.label(devId.subarray(0, 8)) !== undefined;
  }

  /** A store older than the TPM's floor is a restored backup: it would hand out old lists. */
  async #takeUpNetwork(host: CenterHost, floor: number): Promise<void> {
    const { records, station } = host;
    if (!records.hasNetwork && floor === 0) {
      const netId = station.random.bytes(8);
      netId[0] = (netId[0] as number) || 1;
      return records.found(netId);
    }
    const generation = records.hasNetwork ? records.network.generation : 0;
    // The last generation was written down, and this was cut off.
    if (generation > floor) await host.raiseFloor(generation);
    if (generation < floor)
      throw new TiesError(
        'CENTER_STORE_OLD',
        `The store is at generation ${generation}, the TPM has seen ${floor}: a backup was restored. Put back the newest store; with it lost, provision every node anew.`,
      );
  }

  get #running() {
    if (this.#started === null)
      throw new TiesError(
        'CENTER_NOT_BOOTED',
        'The center has not booted; wait until its TPM answered.',
      );
    return this.#started;
  }
}

const labelKnown = (): TiesError =>
  new TiesError(
    'LABEL_KNOWN',
    'This label has been admitted before. A device that is to join again needs a new label: provision it anew.',
  );
