import type { Sighting } from '../../actors/tap.ts';
import { presets } from '../../protocol/lora/presets.ts';
import type { TracedFrame } from '../../transports/trace/frame.ts';
import { type Said, sayTrace } from '../../transports/trace/saying.ts';
import type { World } from '../world.ts';
import { SaidMessages } from './attacker-words.ts';
import { Verdicts } from './verdicts.ts';

/** Links remember a message for as long, and pass no other off for it. */
const FORGOTTEN_MS = 60_000;
/** After its last frame, for every answer and every run that is begun to come to its end. */
const SETTLE_MS = 60_000;

/** A radio beside a network that says what a trace holds, and what the network makes of it. */
export class AirReplay {
  readonly #said = new SaidMessages();
  #verdicts: Verdicts | null = null;

  /** For `World.create`. */
  readonly watch = (sighting: Sighting): void => this.#verdicts?.watch(sighting);

  /** Say all of it on the world's air, under the duty cycle of one device. */
  async run(
    world: World,
    frames: AsyncIterable<TracedFrame>,
  ): Promise<Said & { verdicts: Verdicts }> {
    const { clock, medium } = world;
    const radio = medium.join({ id: 'replay', modulation: presets.default });
    await clock.advance(FORGOTTEN_MS);
    const verdicts = new Verdicts((payload) => this.#said.has(payload));
    this.#verdicts = verdicts;
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    const saying = sayTrace({
      ...{ clock, radio, frames },
      saying: ({ frame }, startMs) => this.#said.hear(frame, startMs),
    });
    saying.then(over, over);
    await clock.runUntil(() => isOver);
    await clock.advance(SETTLE_MS);
    this.#verdicts = null;
    radio.close();
    return { ...(await saying), verdicts };
  }
}
