import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Radio } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { type AirServer, serveAir } from '../../simulations/air-socket/server.ts';
import { type SocketRadioInput, socketRadio } from '../../simulations/air-socket/socket-radio.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import type { Transmission } from '../../simulations/medium/transmission.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';

/** More turns of the event loop than a word and its answers take; a local socket needs no time. */
const TURNS = 8;

const delivered = async (): Promise<void> => {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** An air on a real socket, in virtual time, with both sides in this process. */
export class SharedAir {
  readonly directory = mkdtempSync(join(tmpdir(), 'ties-air-'));
  readonly path = join(this.directory, 'air');
  readonly clock = new HeapClock();
  readonly seen: Transmission[] = [];
  readonly #medium = simulatedMedium({
    clock: this.clock,
    random: seededRandom(1, 'medium'),
  });
  #server: AirServer | null = null;

  constructor() {
    this.#medium.transmissions.subscribe((transmission) => this.seen.push(transmission));
  }

  async serve(): Promise<void> {
    this.#server = await serveAir({ path: this.path, medium: this.#medium, clock: this.clock });
  }

  radio(input: Partial<SocketRadioInput> = {}): Promise<Radio> {
    const { path, clock } = this;
    return socketRadio({ path, clock, modulation: presets.paper, ...input });
  }

  /** Let time pass, and whatever is said on the socket arrive at the moment it is said. */
  async pass(durationMs: number): Promise<void> {
    const limitMs = this.clock.now() + durationMs;
    let idle = 0;
    while (idle < 2) {
      await delivered();
      idle = (await this.#step(limitMs)) ? 0 : idle + 1;
    }
    await this.clock.advance(limitMs - this.clock.now());
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
    await delivered();
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true });
  }

  /** Let one thing happen; false if there is none within the limit. */
  #step(limitMs: number): Promise<boolean> {
    let hasHappened = false;
    return this.clock.runUntil(() => {
      if (hasHappened) return true;
      hasHappened = true;
      return false;
    }, limitMs);
  }
}
