import type { MessageName } from '../../protocol/messages.ts';
import type { Departure } from '../../simulations/medium/transmission.ts';
import { bitmapBytes, decodeFrame, encodeFrame } from '../../transports/lora/frame.ts';
import type { Attacker } from '../scenarios/attacker.ts';
import { beginningOf, type Overheard } from '../scenarios/frames.ts';
import type { Network } from '../scenarios/network.ts';

/** From the end of a frame to the start of its acknowledgement. */
const TURNAROUND_MS = 5;

/** The attacker in the middle: these messages reach nobody but him, as long as he holds them. */
export class Withholding {
  readonly #names: Set<MessageName>;

  constructor(...names: readonly MessageName[]) {
    this.#names = new Set(names);
  }

  readonly lose = ({ radioId, frame }: Departure): boolean => {
    const name = beginningOf(frame);
    return radioId !== 'attacker' && name !== null && this.#names.has(name);
  };

  hold(...names: readonly MessageName[]): void {
    for (const name of names) this.#names.add(name);
  }

  letGo(): void {
    this.#names.clear();
  }

  /** Take what is held in its receiver's stead, whose link would have acknowledged it, and act. */
  onHeld(
    { world }: Network,
    attacker: Attacker,
    name: MessageName,
    act: (heard: Overheard) => void,
  ): void {
    world.medium.transmissions.subscribe((said) => {
      const frame = decodeFrame(said.frame);
      if (frame?.type !== 'data' || beginningOf(said.frame) !== name || !this.lose(said)) return;
      const { net, src: dst, seq, last } = frame;
      const bitmap = 2 ** (last + 1) - 1;
      const ack = { type: 'ack', snrMargin: 7, net, dst, seq, bitmap } as const;
      const bytes = encodeFrame({ ...ack, bitmapBytes: bitmapBytes(last) });
      world.clock.setTimeout(() => attacker.say(bytes), TURNAROUND_MS);
    });
    attacker.on((heard) => {
      if (heard.name === name) act(heard);
    });
  }
}
