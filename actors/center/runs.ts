import { TiesError } from '../../protocol/errors.ts';
import { CENTER } from '../../protocol/identity.ts';
import { firstJoinKey } from '../../protocol/key-schedule.ts';
import type { Label } from '../../protocol/label.ts';
import { entryOf, type RosterEntry } from '../../protocol/roster.ts';
import type { DeviceDeps } from '../device.ts';
import type { RunEnded } from '../dispatch.ts';
import { type FindOutlet, Outlets } from '../outlets.ts';
import type { Routing } from '../router.ts';
import type { Beginning, Routes } from '../routes.ts';
import { Station } from '../station.ts';
import { CenterHost } from './host.ts';
import { CenterJoin } from './join.ts';
import { centerOpeners } from './openers.ts';
import { RosterOffice } from './roster.ts';
import { centerRoutes } from './routes.ts';

/** The protocol runs of the Central Entity, from its boot on. */
export class CenterRuns {
  readonly #deps: DeviceDeps;
  readonly #joins = new Map<string, CenterJoin>();
  #admissions = 0;
  #started: { host: CenterHost; office: RosterOffice; routing: Routing; routes: Routes } | null =
    null;

  constructor(deps: DeviceDeps) {
    this.#deps = deps;
  }

  /** Take a new epoch, found the network if there is none. */
  async boot(find: FindOutlet): Promise<void> {
    const outlets = new Outlets(find);
    const { rosterKey, ...report } = await outlets.perform('boot', {});
    if (rosterKey === null)
      throw new TiesError(
        'CENTER_NO_ROSTER_KEY',
        'This TPM holds no roster key: it was provisioned as a node. Provision it as the center.',
      );
    const station = new Station({ ...this.#deps, outlets, epoch: report.epoch });
    const host = new CenterHost(station, { ...report, rosterKey });
    await this.#takeUpNetwork(host, report.rosterFloor);
    const office = new RosterOffice(host);
    const routing: Routing = {
      openers: centerOpeners(host, this.#joins),
      answers: station.answers,
      resend: (answer) => void outlets.send(answer).catch(() => undefined),
    };
    const routes = centerRoutes(host, office, (label, opened) => {
      const join = new CenterJoin(host, label, opened);
      this.#joins.set(join.id, join);
      return join;
    });
    outlets.listenAs([CENTER]);
    this.#started = { host, office, routing, routes };
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

  nextAdmissionId(): string {
    this.#admissions += 1;
    return `admission.${this.#admissions}`;
  }

  /**
   * A run is over: forget it. The roster changes where a join has made a new member; one that says
   * J5 again after it was revoked stays revoked.
   */
  ended({ actor, reason }: RunEnded): RosterEntry | null {
    this.host.station.expectNothing(actor);
    const join = this.#joins.get(actor);
    this.#joins.delete(actor);
    if (join === undefined || reason !== null) return null;
    return entryOf(this.host.roster, join.entry.address) === undefined ? join.entry : null;
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
