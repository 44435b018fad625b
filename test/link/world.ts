import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { type Medium, type MediumInput, simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import type { Delivery, IncomingMessage, Link } from '../../transports/lora/interface.ts';
import { loraLink, TURNAROUND_MS } from '../../transports/lora/link.ts';
import { transcriptOf } from './transcript.ts';

export interface WorldInput {
  readonly seed?: number;
  readonly loss?: number;
  readonly lose?: MediumInput['lose'];
  readonly modulation?: Modulation;
  /** Address by name; default a: 1, b: 2. */
  readonly nodes?: Readonly<Record<string, number>>;
  /** What a node's link is given instead of the world's own. */
  readonly randomFor?: (name: string) => Random;
  readonly clockFor?: (name: string, clock: HeapClock) => Clock;
  readonly radioFor?: (name: string, radio: Radio) => Radio;
  readonly dutyCycle?: 'eu868' | 'unlimited';
  readonly turnaroundMsFor?: (name: string) => number;
}

/** What became of a message handed to a link. */
export interface Sent {
  delivery: Delivery | null;
  fault: { readonly code?: string } | null;
  isOver: boolean;
  cancel(): void;
}

export interface LinkWorld {
  readonly clock: HeapClock;
  readonly medium: Medium;
  /** Every frame so far, a line each. */
  readonly transcript: readonly string[];
  link(name: string): Link;
  inbox(name: string): readonly IncomingMessage[];
  send(from: string, to: string | number, payload: Uint8Array, priority?: number): Sent;
}

export const bytes = (length: number, value = length & 0xff): Uint8Array =>
  new Uint8Array(length).fill(value);

/** Links side by side on one air, named, with what each received written down. */
export const linkWorld = (input: WorldInput = {}): LinkWorld => {
  const { seed = 1, loss = 0, lose = () => false, modulation = presets.paper } = input;
  const { nodes = { a: 1, b: 2 }, randomFor = (name) => seededRandom(seed, name) } = input;
  const { clockFor = (_, own) => own, radioFor = (_, own) => own } = input;
  const { turnaroundMsFor = () => TURNAROUND_MS, dutyCycle } = input;
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(seed, 'medium'), loss, lose });
  const transcript = transcriptOf(medium.transmissions);
  const links = new Map<string, Link>();
  const inboxes = new Map<string, IncomingMessage[]>();

  for (const [name, address] of Object.entries(nodes)) {
    const link = loraLink({
      radio: radioFor(name, medium.join({ id: name, modulation })),
      clock: clockFor(name, clock),
      random: randomFor(name),
      addresses: [address],
      turnaroundMs: turnaroundMsFor(name),
      ...(dutyCycle !== undefined && { dutyCycle }),
    });
    const inbox: IncomingMessage[] = [];
    link.messages.subscribe((message) => inbox.push(message));
    links.set(name, link);
    inboxes.set(name, inbox);
  }

  const link = (name: string): Link => links.get(name) as Link;
  const addressOf = (name: string): number => nodes[name] as number;

  return {
    clock,
    medium,
    transcript,
    link,
    inbox: (name) => inboxes.get(name) as IncomingMessage[],
    send: (from, to, payload, priority = 0) => {
      const dst = typeof to === 'number' ? to : addressOf(to);
      const message = { net: 0xa5, src: addressOf(from), dst, payload, priority };
      const sent: Sent = { delivery: null, fault: null, isOver: false, cancel: () => {} };
      const sending = link(from)
        .send(message)
        .subscribe({
          next: (delivery) => {
            sent.delivery = delivery;
          },
          error: (fault) => {
            sent.fault = fault;
            sent.isOver = true;
          },
          complete: () => {
            sent.isOver = true;
          },
        });
      sent.cancel = () => sending.unsubscribe();
      return sent;
    },
  };
};
