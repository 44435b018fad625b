import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import { type AlohaInput, simulateAloha } from '../../simulations/aloha/aloha.ts';
import { settingOf } from '../../simulations/aloha/experiment.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { type Part, skipped } from './part.ts';

const DAYS = 5;
const SEEDS = [1, 2, 3];
const INPUT: AlohaInput = {
  ...{ nodes: 1000, periodMs: 1_000_000, payloadBytes: 20, durationMs: DAYS * 86_400_000 },
  ...{ model: 'lorasim', experiment: 0, traffic: 'poisson' },
};
/** `python3` may be one of the user's own, which does not see Debian's packages. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** What a simulator did, the begins and ends of frames being its events, and CPU time of the loop. */
interface Outcome {
  readonly events: number;
  readonly deliveryRatio: number;
  readonly cpuMs: number;
}
type Simulator = (seed: number) => Outcome;

const ours: Simulator = (seed) => {
  const before = process.cpuUsage();
  const { events, deliveryRatio } = simulateAloha(INPUT, seededRandom(seed, 'aloha'));
  const { user, system } = process.cpuUsage(before);
  return { events, deliveryRatio, cpuMs: (user + system) / 1000 };
};

const bySimpy =
  (python: string): Simulator =>
  (seed) => {
    const { payloadBytes, nodes, periodMs, durationMs, experiment } = INPUT;
    const setting = settingOf(experiment, payloadBytes, 0, () => 0);
    const frame = [airtimeMs(setting, payloadBytes), symbolMs(setting)];
    const program = join(import.meta.dirname, 'aloha.py');
    const args = [program, nodes, periodMs, durationMs, ...frame, seed].map(String);
    return JSON.parse(output(python, args));
  };

/** Runs what it is given, and prints the CPU time of that, ms. */
const CPU_OF = `
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(1000 * (used.ru_utime + used.ru_stime))
`;

/**
 * A loraDir.py for Python 3. It has no seed; of its frames it tells how many collided, in a file; and
 * what it takes until the first frame is known by a run so short that it has none.
 */
const byLorasim = (python: string, program: string): Simulator => {
  const { nodes, periodMs, durationMs, experiment } = INPUT;
  const cpuMs = (folder: string, ms: number): number => {
    const args = [program, nodes, periodMs, experiment, ms, 1].map(String);
    return Number(output(python, ['-c', CPU_OF, python, ...args], folder));
  };
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'ties-bench-'));
    try {
      const took = cpuMs(folder, durationMs);
      const file = join(folder, `exp${experiment}.dat`);
      if (!existsSync(file))
        throw new Error(
          `${program} wrote no ${file}. It needs Python 3, SimPy 3, NumPy and matplotlib.`,
        );
      const [, line = ''] = readFileSync(file, 'utf8').split('\n');
      const [, collided = Number.NaN, sent = Number.NaN] = line.split(' ').map(Number);
      const deliveryRatio = (sent - collided) / sent;
      return { events: 2 * sent, deliveryRatio, cpuMs: took - cpuMs(folder, 1) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
};

const output = (command: string, args: readonly string[], cwd?: string): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${stderr}`);
  return stdout;
};

const withSimpy = (): string | undefined =>
  PYTHONS.find((python) => spawnSync(python, ['-c', 'import simpy']).status === 0);

/** `ties simulate aloha` beside SimPy, and beside LoRaSim where `TIES_LORASIM` names its loraDir.py. */
export const aloha = async (): Promise<Part[]> => {
  const { nodes } = INPUT;
  const [speed, share] = [
    `ALOHA of ${nodes} nodes for ${DAYS} days, events in a second of CPU time`,
    'share of its frames that arrives',
  ];
  const python = withSimpy();
  if (python === undefined)
    return [
      skipped(speed, 'Python has no SimPy 3; Debian has it as python3-simpy3 or python3-simpy.'),
    ];
  const lorasim = process.env.TIES_LORASIM;
  const simulators: readonly (readonly [string, Simulator])[] = [
    ...(lorasim === undefined ? [] : ([['LoRaSim', byLorasim(python, resolve(lorasim))]] as const)),
    ['a SimPy program', bySimpy(python)],
    ['ties simulate aloha', ours],
  ];
  const outcomes = simulators.map(([name, simulate]) => ({
    name,
    all: [] as Outcome[],
    simulate,
  }));
  for (const seed of SEEDS) for (const { all, simulate } of outcomes) all.push(simulate(seed));
  const perS = ({ events, cpuMs }: Outcome): number => (1000 * events) / cpuMs;
  return [
    {
      ...{ title: speed, skipped: null },
      figures: outcomes.map(({ name, all }) => ({
        ...{ name, median: Math.max(...all.map(perS)), unit: '1/s' },
      })),
    },
    {
      ...{ title: share, skipped: null },
      figures: outcomes.map(({ name, all }) => ({
        ...{ name, unit: '' },
        median: all.reduce((sum, { deliveryRatio }) => sum + deliveryRatio, 0) / all.length,
      })),
    },
  ];
};
