import { attackControl } from './live/control.ts';
import { attackInspector } from './live/inspector.ts';
import { attackNetwork } from './live/network.ts';
import { attackTpm } from './live/tpm.ts';
import { Dice } from './mutate.ts';
import { recorded } from './recorded.ts';
import { fuzz } from './run.ts';
import { targets } from './targets/all.ts';

/** npm run fuzz -- [INPUTS] [SEED]: the same seed gives the same inputs. */
const [inputs = 10_000_000, seed = 1] = process.argv.slice(2).map(Number);
/** What is kept of ten million inputs would be seen at far less than this. */
const MOST_GROWN_MIB = 100;

const { gc } = globalThis as { gc?: () => void };
const heapMiB = (): number => {
  gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};
const cpuS = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

let failed = 0;
const row = (name: string, count: number, found: string, wrong: readonly string[]): void => {
  failed += wrong.length;
  console.log(
    `${name.padEnd(22)} ${String(count).padStart(9)} inputs  ${found}${wrong.length} wrong`,
  );
  for (const each of wrong.slice(0, 3)) console.log(`  ${each.slice(0, 600)}`);
};

const dice = new Dice(seed);
const all = targets(recorded());
const [beganMiB, beganS] = [heapMiB(), cpuS()];
const fuzzed = await fuzz(all, inputs, dice);
const decodersS = cpuS() - beganS;
for (const { name, inputs: count, outcomes, failures } of fuzzed)
  row(name, count, `${String(outcomes.size).padStart(4)} outcomes, `, failures);

const live = (share: number, most: number): number => Math.min(most, Math.ceil(inputs / share));
const counts = {
  control: live(500, 20_000),
  inspector: live(500, 20_000),
  tpm: live(2_000, 5_000),
  network: live(500, 20_000),
};
row('control socket', counts.control, '', await attackControl(dice, counts.control));
row('inspector', counts.inspector, '', await attackInspector(dice, counts.inspector));
row('TPM that lies', counts.tpm, '', await attackTpm(dice, counts.tpm));
const { wrong, tpmUses } = await attackNetwork(dice, counts.network);
row('running network', counts.network, `${tpmUses} uses of a TPM, `, wrong);

const grownMiB = heapMiB() - beganMiB;
const total = Object.values(counts).reduce((sum, count) => sum + count, inputs);
console.log(
  `${((decodersS / inputs) * 1e6).toFixed(0)} µs of CPU for an input of a decoder; memory grown by ${grownMiB.toFixed(1)} MiB`,
);
if (grownMiB > MOST_GROWN_MIB) failed += 1;
console.log(`${total - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
