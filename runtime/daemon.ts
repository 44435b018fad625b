import type { Logger } from 'pino';
import type { CenterActor } from '../actors/center/center.ts';
import type { MemberRole } from '../config/role.ts';
import type { Clock } from '../drivers/clock/interface.ts';
import type { Random } from '../drivers/random/interface.ts';
import type { ServiceManager } from '../drivers/systemd/interface.ts';
import type { Tpm } from '../drivers/tpm/interface.ts';
import type { KeyLog } from '../protocol/key-log.ts';
import type { Label } from '../protocol/label.ts';
import type { Page } from '../transports/inspect/page.ts';
import type { Link } from '../transports/lora/interface.ts';
import { centerAnswers } from './control/center-answers.ts';
import { newsOf } from './control/news.ts';
import { nodeAnswers } from './control/node-answers.ts';
import { serveControl } from './control/server.ts';
import { type Device, startDevice } from './device.ts';
import { feedWatchdog, RadioHealth, TpmHealth } from './health.ts';
import { DeviceInspector } from './inspector.ts';
import { type JournaledInput, startJournaled } from './journal/recorder.ts';
import { openRadio } from './open-radio.ts';
import { openSensor } from './open-sensor.ts';
import { openStore } from './open-store.ts';
import { openTpm } from './open-tpm.ts';
import { provisionDevice } from './provision.ts';
import { flushOnFault, recorded, recordingOf } from './recording.ts';
import type { Simulated } from './simulated.ts';
import { stateText } from './state-text.ts';

/** Why a device cannot do its work any more. */
export interface Failure {
  readonly reason: string | null;
  readonly advice: string | null;
}

export interface Daemon {
  /** Resolves if the device fails; the daemon is to be stopped all the same. */
  readonly failed: Promise<Failure>;
  stop(): Promise<void>;
}

export interface DaemonInput {
  readonly clock: Clock;
  /** When the clock's 0 was, in nanoseconds since 1970, as far as is known now. */
  originNs(): bigint;
  /** That shows its machines; default as it was built. */
  readonly page?: () => Page;
  readonly random: Random;
  readonly log: Logger;
  readonly manager: ServiceManager;
  readonly simulated: Simulated;
  readonly keyLog?: KeyLog;
  /** Keeps all that the device is told, secrets too. */
  readonly journaled?: JournaledInput;
}

/**
 * Open what the role names, start its device, and answer on its control socket. Rejects with the
 * words of whatever is missing, and with nothing left open.
 */
export const startDaemon = async (role: MemberRole, input: DaemonInput): Promise<Daemon> => {
  const { clock, log, manager, simulated } = input;
  const ends: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const store = await openStore(role, clock);
    ends.push(() => store.close());
    for (const advice of store.troubles) log.error({ advice }, 'store.trouble');
    const tpmHealth = new TpmHealth();
    const tpm = tpmHealth.watch(await openTpm(role, simulated));
    ends.push(() => tpm.close());
    const label = await labelOfModel(role, tpm);
    const warn = (trouble: { code: string; message: string }): void =>
      log.warn({ code: trouble.code, advice: trouble.message }, 'radio.trouble');
    const recording = recordingOf(role, { failed: warn });
    ends.push(() => recording?.close());
    const opened = await openRadio(role, { clock, simulated, warn });
    const radio = recorded(opened, recording, { ...input, failed: warn });
    ends.push(() => radio.close());
    const health = new RadioHealth(radio.troubles, warn);
    ends.push(() => health.close());
    const sensor = await openSensor(role, input);
    const inspector = new DeviceInspector({ role, ...input });
    ends.push(() => inspector.close());
    const surroundings = {
      ...{ ...input, radio, tpm, store, sensor, feed: inspector.feed() },
      watchLink: (link: Link) => inspector.watchLink(link),
    };
    const device =
      input.journaled === undefined
        ? startDevice(role, surroundings)
        : startJournaled(role, surroundings, input.journaled);
    ends.push(() => device.stop());
    const news = newsOf(device);
    const { contents } = store;
    const told = { news, recording, radio: health, tpm: tpmHealth, inspector };
    const sources = { clock, store, contents, label, ...told };
    if (recording !== null)
      ends.push(
        flushOnFault(recording, {
          ...{ clock, radio, news },
          flushed: (path, fault) => log.warn({ path, fault }, 'trace.flushed'),
        }),
      );
    const answers =
      device.role === 'node' ? nodeAnswers(device, sources) : centerAnswers(device, sources);
    ends.push(await serveControl({ path: role.control.socket, clock, answers, news }));
    const failed = tellManager(device, manager);
    ends.push(feedWatchdog({ clock, manager, tpm, radio: health }));
    ends.push(() => manager.stopping());
    return { failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** A model's keys end with its process, so it is provisioned by each; the label is had by asking. */
const labelOfModel = async (role: MemberRole, tpm: Tpm): Promise<Label | null> =>
  role.tpm.driver === 'model' ? provisionDevice(role, tpm) : null;

/** Its state, READY once it has booted, and its failure as it comes. */
const tellManager = (device: Device, manager: ServiceManager): Promise<Failure> =>
  new Promise((resolve) => {
    const actor = device.actor as CenterActor;
    let told = '';
    let isReady = false;
    const look = (): void => {
      const snapshot = actor.getSnapshot();
      const status = `${device.role} ${device.name}: ${stateText(snapshot.value)}`;
      if (status !== told) manager.status(status);
      told = status;
      if (snapshot.matches('failed')) resolve(snapshot.context);
      if (isReady || !snapshot.matches('running')) return;
      isReady = true;
      manager.ready();
    };
    actor.subscribe(look);
    look();
  });
