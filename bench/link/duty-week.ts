import { map } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { type Medium, simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';
import { type LoraLinkInput, loraLink } from '../../transports/lora/link.ts';
import { subBandOf } from '../../transports/lora/sub-bands.ts';
import { UnreliableDisk } from './unreliable-disk.ts';

const HOUR_MS = 3_600_000;
/** Messages a device has waiting, and every so many goes to nobody. */
const WAITING = 4;
const TO_NOBODY = 8;
const NOBODY = 99;
const RETRY_MS = 1000;
const LONGEST_OFF_MS = 600_000;

export interface DutyWeekInput {
  readonly modulation: Modulation;
  readonly seed?: number;
  /** Of virtual time; default a week. */
  readonly hours?: number;
  /** Of power between cuts, at most; default 4. */
  readonly uptimeHours?: number;
  readonly payloadBytes?: number;
}

/** Of two devices that send each other more than they may, and lose power now and then. */
export interface DutyWeek {
  readonly subBand: string;
  readonly limit: number;
  /** Airtime of the fullest hour of either, as a share of that hour. */
  readonly fullestHour: number;
  readonly dutyExceeded: boolean;
  /** Airtime of both as a share of what they might have used. */
  readonly used: number;
  readonly delivered: number;
  readonly powerCuts: number;
  readonly writesPerHour: number;
}

export const dutyWeek = async (input: DutyWeekInput): Promise<DutyWeek> => {
  const { modulation, seed = 1, hours = 168, uptimeHours = 4, payloadBytes = 200 } = input;
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(seed, 'medium'), loss: 0.05 });
  const sent = { a: new FullestHour(), b: new FullestHour() };
  medium.transmissions.subscribe(({ radioId, startMs, endMs }) => {
    sent[radioId[0] as 'a' | 'b'].add(startMs, endMs);
  });
  const common = { clock, medium, modulation, seed, uptimeMs: uptimeHours * HOUR_MS, payloadBytes };
  const devices = [
    busyDevice({ ...common, name: 'a', src: 1, dst: 2 }),
    busyDevice({ ...common, name: 'b', src: 2, dst: 1 }),
  ];
  const isWriting = () => devices.some((device) => device.isWriting);
  const endMs = hours * HOUR_MS;
  while (clock.now() < endMs) {
    clock.runPlain(isWriting, endMs);
    await clock.runUntil(() => !isWriting(), endMs);
  }
  for (const device of devices) device.switchOff();

  const { name: subBand, dutyCycle: limit } = subBandOf(modulation);
  const fullestHour = Math.max(sent.a.fullestMs, sent.b.fullestMs) / HOUR_MS;
  const total = (of: (device: BusyDevice) => number) =>
    devices.reduce((sum, device) => sum + of(device), 0);
  return {
    subBand,
    limit,
    fullestHour,
    dutyExceeded: fullestHour > limit,
    used: (sent.a.totalMs + sent.b.totalMs) / (2 * limit * hours * HOUR_MS),
    delivered: total(({ delivered }) => delivered),
    powerCuts: total(({ powerCuts }) => powerCuts),
    writesPerHour: total(({ writes }) => writes) / devices.length / hours,
  };
};

/** Airtime in a sliding hour, from what was seen on the air alone. */
class FullestHour {
  readonly #seen: { startMs: number; endMs: number }[] = [];
  #insideMs = 0;
  #first = 0;
  fullestMs = 0;
  totalMs = 0;

  /** In the order of their ends, for then the fullest hour ends with one of them. */
  add(startMs: number, endMs: number): void {
    this.#seen.push({ startMs, endMs });
    this.#insideMs += endMs - startMs;
    this.totalMs += endMs - startMs;
    const fromMs = endMs - HOUR_MS;
    for (;;) {
      const oldest = this.#seen[this.#first];
      if (oldest === undefined || oldest.endMs > fromMs) break;
      this.#insideMs -= oldest.endMs - oldest.startMs;
      this.#first += 1;
    }
    const cut = Math.max(0, fromMs - (this.#seen[this.#first]?.startMs ?? fromMs));
    this.fullestMs = Math.max(this.fullestMs, this.#insideMs - cut);
  }
}

interface BusyDevice {
  readonly delivered: number;
  readonly powerCuts: number;
  readonly writes: number;
  readonly isWriting: boolean;
  switchOff(): void;
}

interface BusyDeviceInput {
  readonly name: 'a' | 'b';
  readonly src: number;
  readonly dst: number;
  readonly clock: HeapClock;
  readonly medium: Medium;
  readonly modulation: Modulation;
  readonly seed: number;
  readonly uptimeMs: number;
  readonly payloadBytes: number;
}

/** Always has more to send than it may; its power goes at any time and comes back later. */
const busyDevice = (input: BusyDeviceInput): BusyDevice => {
  const { name, src, dst, clock, medium, modulation, seed, uptimeMs, payloadBytes } = input;
  const disk = new UnreliableDisk(clock);
  const random = seededRandom(seed, `power of ${name}`);
  const counts = { delivered: 0, sent: 0, lives: 0 };
  let switchOff = (): void => {};

  const switchOn = (): void => {
    const life = counts.lives++;
    const radio = medium.join({ id: `${name}${life}`, modulation });
    const link = loraLink({
      ...bootedNow(clock, radio, unitInterval(random) * HOUR_MS),
      random: seededRandom(seed, `${name}${life}`),
      addresses: [src],
      airtimeRecord: disk,
    });
    let isOn = true;
    const sendOne = (): void => {
      if (!isOn) return;
      const to = ++counts.sent % TO_NOBODY === 0 ? NOBODY : dst;
      const message = { net: 1, src, dst: to, payload: new Uint8Array(payloadBytes) };
      link.send(message).subscribe({
        next: () => {
          counts.delivered += 1;
        },
        error: () => clock.setTimeout(sendOne, RETRY_MS),
        complete: sendOne,
      });
    };
    for (let count = 0; count < WAITING; count += 1) sendOne();
    const cut = clock.setTimeout(() => {
      switchOff();
      clock.setTimeout(switchOn, unitInterval(random) * LONGEST_OFF_MS);
    }, unitInterval(random) * uptimeMs);
    switchOff = () => {
      clock.clearTimeout(cut);
      isOn = false;
      disk.cut();
      link.close();
      radio.close();
    };
  };

  switchOn();
  return {
    get delivered() {
      return counts.delivered;
    },
    get powerCuts() {
      return counts.lives - 1;
    },
    get writes() {
      return disk.writes;
    },
    get isWriting() {
      return disk.isWriting;
    },
    switchOff: () => switchOff(),
  };
};

/** As of a device that was just switched on: without a real-time clock it knows no other time. */
const bootedNow = (
  clock: Clock,
  radio: Radio,
  originMs: number,
): Pick<LoraLinkInput, 'clock' | 'radio'> => {
  const aheadMs = originMs - clock.now();
  return {
    clock: {
      now: () => clock.now() + aheadMs,
      setTimeout: (callback, delayMs) => clock.setTimeout(callback, delayMs),
      clearTimeout: (id) => clock.clearTimeout(id),
      work: (latencyMs, start) => clock.work(latencyMs, start),
    },
    radio: {
      get modulation() {
        return radio.modulation;
      },
      receptions: radio.receptions.pipe(
        map((heard) => ({
          ...heard,
          startMs: heard.startMs + aheadMs,
          endMs: heard.endMs + aheadMs,
        })),
      ),
      troubles: radio.troubles,
      transmit: (frame) => radio.transmit(frame),
      senseActivity: () => radio.senseActivity(),
      tune: (modulation) => radio.tune(modulation),
      close: () => radio.close(),
    },
  };
};
