import type { Activity, Radio, Reception } from '../../drivers/radio/interface.ts';
import type { SpiDevice } from '../../drivers/spi/interface.ts';
import { openSx127x, type Sx127xInput } from '../../drivers/sx127x/open.ts';
import type { TiesError } from '../../protocol/errors.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { ScriptedAntenna } from '../../simulations/sx1276/bench.ts';
import { type Sx1276, type Sx1276Input, sx1276 } from '../../simulations/sx1276/chip.ts';

/** The driver on a chip model whose antenna does as a test says. */
export interface Driven {
  readonly clock: HeapClock;
  readonly chip: Sx1276;
  readonly antenna: ScriptedAntenna;
  readonly radio: Radio;
  readonly received: Reception[];
  readonly troubles: TiesError[];
  /** Each transfer in hex: `r 12`, `w 01 85`, and of the FIFO how many bytes. */
  readonly transfers: string[];
  /** What the bus does to the next transfers, before they reach the chip. */
  readonly bus: { tamper: Tamper | null };
}

/** Given a transfer and its reply: the reply that arrives. */
export type Tamper = (out: Uint8Array, reply: Uint8Array) => Uint8Array;

export interface DrivenOptions extends Partial<Sx127xInput> {
  readonly chip?: Partial<Sx1276Input>;
  /** From before it is opened. */
  readonly tamper?: Tamper;
}

export const bench = (options: Partial<Sx1276Input> = {}) => {
  const clock = new HeapClock();
  const antenna = new ScriptedAntenna(() => clock.now());
  const chip = sx1276({ clock, antenna, random: seededRandom(1, 'chip'), ...options });
  const transfers: string[] = [];
  const bus: Driven['bus'] = { tamper: null };
  const spi: SpiDevice = {
    transfer: async (out) => {
      transfers.push(transcribe(out));
      const reply = await chip.spi.transfer(out);
      return bus.tamper?.(out, reply) ?? reply;
    },
    close: async () => {
      transfers.push('closed');
    },
  };
  return { clock, antenna, chip, transfers, bus, spi };
};

/** Opens a radio, and lets the time of that pass. */
export const driven = async ({
  chip: chipOptions,
  tamper,
  ...options
}: DrivenOptions = {}): Promise<Driven> => {
  const on = bench(chipOptions);
  on.bus.tamper = tamper ?? null;
  const { dio0, dio1, reset } = on.chip;
  const modulation = presets.paper;
  const input = { spi: on.spi, dio0, dio1, reset, clock: on.clock, modulation, ...options };
  const radio = await within(on.clock, 200, openSx127x(input));
  const received: Reception[] = [];
  const troubles: TiesError[] = [];
  radio.receptions.subscribe((reception) => received.push(reception));
  radio.troubles.subscribe((trouble) => troubles.push(trouble));
  await on.clock.advance(0.5);
  on.transfers.length = 0;
  on.antenna.log.length = 0;
  return { ...on, radio, received, troubles };
};

/** Lets time pass until a promise is settled. */
export const within = async <T>(
  clock: HeapClock,
  limitMs: number,
  promise: Promise<T>,
): Promise<T> => {
  let isSettled = false;
  promise.then(
    () => {
      isSettled = true;
    },
    () => {
      isSettled = true;
    },
  );
  await clock.runUntil(() => isSettled, clock.now() + limitMs);
  if (!isSettled) throw new Error(`Not settled within ${limitMs} ms`);
  return promise;
};

/** What becomes of a transmission. */
export const sending = ({ radio, clock }: Driven, frame: Uint8Array) => {
  const sent = { doneMs: null as number | null, fault: null as TiesError | null };
  radio.transmit(frame).subscribe({
    complete: () => {
      sent.doneMs = clock.now();
    },
    error: (fault) => {
      sent.fault = fault;
    },
  });
  return sent;
};

export const sensing = ({ radio }: Driven) => {
  const seen: (Activity | TiesError | 'complete')[] = [];
  const subscription = radio.senseActivity().subscribe({
    next: (activity) => seen.push(activity),
    error: (fault) => seen.push(fault),
    complete: () => seen.push('complete'),
  });
  return { seen, subscription };
};

const transcribe = (out: Uint8Array): string => {
  const [first = 0, ...values] = out;
  const address = hex(first & 0x7f);
  if ((first & 0x7f) === 0) return `${first === 0 ? 'r' : 'w'} fifo ${values.length}`;
  if ((first & 0x80) === 0)
    return values.length === 1 ? `r ${address}` : `r ${address} +${values.length}`;
  return ['w', address, ...values.map(hex)].join(' ');
};

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
