import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import type { Position } from '../../simulations/medium/path-loss.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { loraLink } from '../../transports/lora/link.ts';

export interface FairnessInput {
  readonly seed?: number;
  /** Nodes that always have something to send; default 10. */
  readonly nodes?: number;
  /** Share of frames lost at each receiver. */
  readonly loss?: number;
  /** For how long new messages come, in virtual time; default 5. */
  readonly minutes?: number;
  readonly payloadBytes?: number;
  /** Where each node is, and last the one they all send to; default: side by side, in a ring. */
  readonly positions?: readonly Position[];
}

export interface Fairness {
  /** Jain's index of what the nodes got through: 1 where all did equally, 1/n where one did all. */
  readonly jain: number;
  readonly deliveredBytes: readonly number[];
  /** Messages. */
  readonly delivered: number;
  readonly lost: number;
  /** Payload delivered by all, in bits a second. */
  readonly goodputBps: number;
}

/** Messages each node has waiting: enough to go on at once, few enough to end soon. */
const WAITING = 3;

/** Nodes that saturate one channel, without duty cycle: who gets how much through. */
export const fairness = (input: FairnessInput = {}): Fairness => {
  const { seed = 1, nodes = 10, loss = 0, minutes = 5, payloadBytes = 200, positions } = input;
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(seed, 'medium'), loss });
  const endMs = minutes * 60_000;
  const deliveredBytes = new Array<number>(nodes).fill(0);
  let lost = 0;
  let underWay = 0;

  const addressOf = (index: number): number => index + 1;
  const links = Array.from({ length: positions?.length ?? nodes }, (_, index) => {
    const position = positions?.[index];
    return loraLink({
      radio: medium.join({
        id: `${index}`,
        modulation: presets.default,
        ...(position !== undefined && { position }),
      }),
      clock,
      random: seededRandom(seed, `node ${index}`),
      addresses: [addressOf(index)],
      dutyCycle: 'unlimited',
    });
  });
  const receiverOf = (index: number): number =>
    positions === undefined ? addressOf((index + 1) % nodes) : addressOf(nodes);

  const sendFor = (index: number): void => {
    if (clock.now() >= endMs) return;
    underWay += 1;
    const payload = new Uint8Array(payloadBytes);
    const message = { net: 1, src: addressOf(index), dst: receiverOf(index), payload };
    const ended = (): void => {
      underWay -= 1;
      sendFor(index);
    };
    links[index]?.send(message).subscribe({
      next: () => {
        deliveredBytes[index] = (deliveredBytes[index] as number) + payloadBytes;
      },
      error: () => {
        lost += 1;
        ended();
      },
      complete: ended,
    });
  };
  for (let index = 0; index < nodes; index += 1)
    for (let count = 0; count < WAITING; count += 1) sendFor(index);
  clock.runPlain(() => clock.now() >= endMs && underWay === 0);
  for (const link of links) link.close();
  const bits = 8 * sum(deliveredBytes);
  return {
    jain: jainIndex(deliveredBytes),
    deliveredBytes,
    delivered: sum(deliveredBytes) / payloadBytes,
    lost,
    goodputBps: (1000 * bits) / clock.now(),
  };
};

/** Jain, Chiu and Hawe, DEC-TR-301, 1984. */
export const jainIndex = (shares: readonly number[]): number =>
  sum(shares) ** 2 / (shares.length * sum(shares.map((share) => share ** 2)));

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
