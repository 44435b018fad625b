import type { Radio } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { fragmentsOf } from '../../transports/lora/fragments.ts';
import { encodeFrame } from '../../transports/lora/frame.ts';
import { Eavesdropper, LINK_GIVEN_UP_MS, type Overheard } from './frames.ts';
import type { Network } from './network.ts';

/** A turnaround, and an acknowledgement's time on air. */
const REACTION_MS = 40;

/** What an attacker puts on the air as one link message, from whom he likes. */
export type Forged = Pick<Overheard, 'net' | 'src' | 'dst' | 'payload'>;

/** Another radio in the room: it hears everything and says what it likes. */
export class Attacker {
  readonly #network: Network;
  readonly #radio: Radio;
  readonly #eavesdropper = new Eavesdropper();
  readonly #watching: ((overheard: Overheard) => void)[] = [];
  readonly #toSay: Uint8Array[] = [];
  #isSaying = false;
  #seq = 0;

  constructor(network: Network) {
    this.#network = network;
    const { medium } = network.world;
    this.#radio = medium.join({ id: 'attacker', modulation: presets.default });
    medium.transmissions.subscribe(({ radioId, frame, endMs }) => {
      if (radioId === 'attacker') return;
      const overheard = this.#eavesdropper.hear(frame, endMs);
      if (overheard === null) return;
      network.world.clock.setTimeout(() => {
        for (const watch of this.#watching) watch(overheard);
      }, REACTION_MS);
    });
  }

  get heard(): readonly Overheard[] {
    return this.#eavesdropper.messages;
  }

  /** Act on what is overheard, as soon as its acknowledgement is out of the way. */
  on(watch: (overheard: Overheard) => void): void {
    this.#watching.push(watch);
  }

  /** Say these frames one after another, without listening before. */
  say(...frames: readonly Uint8Array[]): void {
    this.#toSay.push(...frames);
    this.#next();
  }

  /** Say a message as the link would, under a sequence number of his own. */
  tell({ net, src, dst, payload }: Forged): void {
    const fragments = fragmentsOf(payload);
    this.#seq = (this.#seq + 1) & 0xff;
    const route = { type: 'data', ackWanted: false, net, src, dst, seq: this.#seq } as const;
    const last = fragments.length - 1;
    this.say(
      ...fragments.map((part, index) => encodeFrame({ ...route, index, last, payload: part })),
    );
  }

  /** Say frames and let everything that comes of them pass. */
  async sayAndWait(frames: readonly Uint8Array[], ms = 10_000): Promise<void> {
    this.say(...frames);
    await this.#network.world.clock.advance(ms);
  }

  async tellAndWait(forged: Forged, ms = LINK_GIVEN_UP_MS): Promise<void> {
    this.tell(forged);
    await this.#network.world.clock.advance(ms);
  }

  #next(): void {
    if (this.#isSaying) return;
    const frame = this.#toSay.shift();
    if (frame === undefined) return;
    this.#isSaying = true;
    this.#radio.transmit(frame).subscribe({
      complete: () => {
        this.#isSaying = false;
        this.#next();
      },
    });
  }
}
