import { attackControl } from './live/control.ts';
import { attackInspector } from './live/inspector.ts';
import { attackNetwork } from './live/network.ts';
import { attackTpm } from './live/tpm.ts';
import { Dice } from './mutate.ts';
import type { Tell } from './progress.ts';
import { recorded } from './recorded.ts';
import { fuzz } from './run.ts';
import { targets } from './targets/all.ts';

/** What a part found wrong, and what it has to say beside. */
interface Found {
  readonly wrong: readonly string[];
  readonly text?: string;
}

interface Part {
  /** Of all inputs, and at most. */
  readonly share: number;
  readonly most: number;
  readonly attack: (inputs: number, tell: Tell) => Promise<Found>;
}

const BETWEEN_TELLING = 1_000;
/** What is kept of so many inputs would be seen at far less than this. */
const MOST_GROWN_MIB = 50;

const { gc } = globalThis as { gc?: () => void };
/** Sockets that were closed are let go a little later. */
const REST_MS = 200;
const heldMiB = async (): Promise<number> => {
  for (let round = 0; round < 2; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
};
const cpuS = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const row = (name: string, count: number, { wrong, text = '' }: Found): void => {
  console.log(
    `${name.padEnd(22)} ${String(count).padStart(9)} inputs  ${text}${wrong.length} wrong`,
  );
  for (const each of wrong.slice(0, 3)) console.log(`  ${each.slice(0, 600)}`);
};

const words = process.argv.slice(2);
const [inputs = 10_000_000, seed = 1] = words.filter((word) => /^\d+$/.test(word)).map(Number);
const dice = (): Dice => new Dice(seed);

const decoders = async (count: number): Promise<Found> => {
  const all = await fuzz(targets(recorded()), { inputs: count, seed }, (fuzzed) =>
    row(fuzzed.name, fuzzed.inputs, {
      ...{ wrong: fuzzed.failures, text: `${String(fuzzed.outcomes.size).padStart(4)} outcomes, ` },
    }),
  );
  return { wrong: all.flatMap(({ failures }) => failures) };
};
const network = async (count: number, tell: Tell): Promise<Found> => {
  const { wrong, tpmUses } = await attackNetwork(dice(), count, tell);
  return { wrong, text: `${tpmUses} uses of a TPM, ` };
};

const PARTS: Readonly<Record<string, Part>> = {
  decoders: { share: 1, most: Number.POSITIVE_INFINITY, attack: decoders },
  control: {
    ...{ share: 1 / 500, most: 20_000 },
    attack: async (count, tell) => ({ wrong: await attackControl(dice(), count, tell) }),
  },
  inspector: {
    ...{ share: 1 / 500, most: 20_000 },
    attack: async (count, tell) => ({ wrong: await attackInspector(dice(), count, tell) }),
  },
  tpm: {
    ...{ share: 1 / 2_000, most: 5_000 },
    attack: async (count, tell) => ({ wrong: await attackTpm(dice(), count, tell) }),
  },
  network: { share: 1 / 500, most: 20_000, attack: network },
};

/** npm run fuzz -- [PART ...] [INPUTS [SEED]]: the same seed gives the same inputs. */
const chosen = words.filter((word) => !/^\d+$/.test(word));
const unknown = chosen.find((word) => !Object.hasOwn(PARTS, word));
if (unknown !== undefined)
  throw new Error(`There is no part "${unknown}": name ${Object.keys(PARTS).join(', ')}, or none.`);

let [passed, failed] = [0, 0];
for (const [name, { share, most, attack }] of Object.entries(PARTS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const count = Math.min(most, Math.ceil(inputs * share));
  const [beganMiB, beganS] = [await heldMiB(), cpuS()];
  const found = await attack(count, (done) => {
    if (done > 0 && done % BETWEEN_TELLING === 0) console.log(`${name}: ${done} of ${count}`);
  });
  const eachUs = ((cpuS() - beganS) / count) * 1e6;
  const grownMiB = (await heldMiB()) - beganMiB;
  row(name, count, found);
  const isGrown = grownMiB > MOST_GROWN_MIB;
  console.log(
    `${name}: ${eachUs.toFixed(0)} µs of CPU an input, memory grown by ${grownMiB.toFixed(1)} MiB${isGrown ? ': too much' : ''}`,
  );
  const wrong = found.wrong.length + (isGrown ? 1 : 0);
  failed += wrong;
  passed += count - found.wrong.length;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
