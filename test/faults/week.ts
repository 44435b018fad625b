import type { Clock } from '../../drivers/clock/interface.ts';
import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';
import { CENTER_NAME } from '../../simulations/world.ts';
import { expectedOf } from '../crash/enumerate.ts';
import { faultsOf } from '../crash/invariants.ts';
import { JOIN } from '../crash/procedures.ts';
import { CALM_MS, observe } from '../crash/run.ts';
import { refusingWhere } from '../scenarios/spoiled-tpm.ts';

const HOUR_MS = 3_600_000;
const DEVICES = [CENTER_NAME, 'N1', 'N2'] as const;
const EACH = { cuts: 20, storms: 12, tpmFits: 12 } as const;
/** Nobody is without power, and no radio without an answer, for longer than this. */
const LONGEST_MS = 2 * HOUR_MS;

const IS_TO_BE_EXPECTED: readonly RegExp[] = [
  // A command that the TPM refused while a device began makes it fail by name, and begin again.
  /(node|center)\.failed TPM_REFUSED$/,
  // Whoever asked for the last session key has stored other things than if nothing had befallen it.
  / state\.devices\.\w+\.stored\./,
];

/** What befalls a network, drawn from one seed. */
interface Weather {
  /** From when to when the air takes so many of all frames. */
  readonly storms: readonly {
    readonly fromMs: number;
    readonly toMs: number;
    readonly loss: number;
  }[];
  /** From when to when a device's TPM refuses so many of its commands. */
  readonly tpmFits: readonly {
    readonly fromMs: number;
    readonly toMs: number;
    readonly device: string;
  }[];
}

/**
 * A week, or as long as is asked for, in which devices lose power, the air is deaf for minutes and
 * hours, and TPMs refuse one command in five for a while; then calm. What still is wrong.
 */
export const week = async (seed: number, forMs = 7 * 24 * HOUR_MS): Promise<readonly string[]> => {
  const random = seededRandom(seed, 'weather');
  const draw = (end: number): number => unitInterval(random) * end;
  const span = () => {
    const fromMs = draw(forMs);
    return { fromMs, toMs: Math.min(forMs, fromMs + draw(LONGEST_MS)) };
  };
  const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const weather: Weather = {
    storms: many(EACH.storms, () => ({ ...span(), loss: 0.3 + draw(0.7) })),
    tpmFits: many(EACH.tpmFits, () => ({
      ...span(),
      device: DEVICES[Math.floor(draw(DEVICES.length))] as string,
    })),
  };
  let clock: Clock | null = null;
  const within = (spans: readonly { fromMs: number; toMs: number }[], atMs: number): boolean =>
    spans.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  const options = {
    seed,
    loss: 0.02,
    made: (world: { readonly clock: Clock }) => {
      clock = world.clock;
    },
    lose: ({ startMs }: { readonly startMs: number }) =>
      weather.storms.some(
        ({ fromMs, toMs, loss }) => startMs >= fromMs && startMs < toMs && draw(1) < loss,
      ),
    wrapTpm: refusingWhere(
      ({ device, operation }) =>
        operation !== 'boot' &&
        within(
          weather.tpmFits.filter((fit) => fit.device === device),
          clock?.now() ?? 0,
        ) &&
        draw(1) < 0.2,
    ),
  };
  const evidence = await observe(
    { ends: 'together', mishap: null },
    options,
    async (scene, witnesses) => {
      witnesses.reviving(scene);
      const { world } = scene.network;
      for (const name of world.nodeNames) world.switchOn(name);
      for (const name of DEVICES)
        for (let cut = 0; cut < EACH.cuts; cut += 1) {
          const offMs = draw(0.5) < 0.25 ? draw(LONGEST_MS) : draw(60_000);
          world.clock.setTimeout(() => scene.restart(name, offMs), draw(forMs));
        }
      while (world.clock.now() < forMs) {
        await world.clock.advance(HOUR_MS / 2);
        scene.ask('N1', { type: 'session.request', peer: 3, mode: 'direct' });
        await world.clock.advance(HOUR_MS / 2);
        scene.readings(1);
      }
      await scene.network.settle(LONGEST_MS + CALM_MS);
      return true;
    },
  );
  const faults = faultsOf(evidence, await expectedOf(JOIN));
  return faults.filter((fault) => !IS_TO_BE_EXPECTED.some((one) => one.test(fault)));
};
