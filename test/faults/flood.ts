import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { DATA_HEADER_BYTES } from '../../transports/lora/frame.ts';
import { flipped } from '../attacks/paper-cipher.ts';
import type { Dice } from '../fuzz/mutate.ts';
import { Attacker } from '../scenarios/attacker.ts';
import type { Overheard } from '../scenarios/frames.ts';
import { inNetwork } from '../scenarios/network.ts';

/** The same message, its last byte another: right in form, wrong in its tag, new in its counter. */
export const forged = (heard: Overheard, at: number, dice: Dice): Overheard => {
  const payload = flipped(heard.payload, -1, 1 + dice.below(255));
  payload[3] = at >> 8;
  payload[4] = at & 255;
  return { ...heard, payload };
};

/**
 * When the attacker speaks. `fixed` leaves equal gaps, `random` gaps that are exponentially
 * distributed; both talk over whoever speaks. `polite` waits, as the standard asks, while he hears
 * somebody, and then for such a random gap.
 */
export type Manner = 'fixed' | 'random' | 'polite';

/** Of who hears somebody. */
const LOOK_AGAIN_MS = 20;

export interface Flood {
  readonly manner: Manner;
  /** Of the air, as far as nobody else speaks. */
  readonly share: number;
  readonly forMs: number;
  readonly seed: number;
}

export interface Flooded {
  readonly said: number;
  /** Until both had joined; null where they had not by the end. */
  readonly joinedMs: number | null;
  readonly tpmUses: number;
  readonly cpuMs: number;
}

/** J1 of a label that is known, forged without end, while two more devices join. */
export const flood = ({ manner, share, forMs, seed }: Flood, dice: Dice): Promise<Flooded> =>
  inNetwork({ nodes: 3, seed: `flood ${seed}` }, async (network) => {
    const attacker = new Attacker(network);
    const { world } = network;
    world.switchOn('N1');
    await world.until(() => world.hasJoined('N1'), 600_000, 'N1 joins');
    const j1 = attacker.heard.find(({ name }) => name === 'J1') as Overheard;
    const frameMs = airtimeMs(presets.default, DATA_HEADER_BYTES + j1.payload.length);
    const meanGapMs = frameMs / share - frameMs;
    const gapMs = (): number =>
      manner === 'fixed' ? meanGapMs : meanGapMs * -Math.log((1 + dice.below(10_000)) / 10_001);
    let isOver = false;
    let said = 0;
    const ear = world.medium.join({ id: 'ear', modulation: presets.default });
    const speak = (): void => {
      if (isOver) return;
      attacker.tell(forged(j1, said, dice));
      said += 1;
      world.clock.setTimeout(next, frameMs + gapMs());
    };
    const next = (): void => {
      if (manner !== 'polite') speak();
      else
        ear.senseActivity().subscribe(({ detected, receiving }) => {
          if (detected || receiving) world.clock.setTimeout(next, LOOK_AGAIN_MS + gapMs());
          else speak();
        });
    };
    const [sinceMs, used, cpu] = [world.clock.now(), network.tpmUses.length, process.cpuUsage()];
    next();
    world.switchOn('N2');
    world.switchOn('N3');
    const all = (): boolean => world.hasJoined('N2') && world.hasJoined('N3');
    await world.clock.runUntil(all, sinceMs + forMs);
    isOver = true;
    const { user, system } = process.cpuUsage(cpu);
    return {
      said,
      joinedMs: all() ? world.clock.now() - sinceMs : null,
      tpmUses: network.tpmUses.length - used,
      cpuMs: (user + system) / 1000,
    };
  });
