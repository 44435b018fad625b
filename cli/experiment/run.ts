import { basename, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { wallClock } from '../../drivers/clock/wall.ts';
import { runExperiment } from '../../simulations/sweep/experiment.ts';
import { readPlan } from '../../simulations/sweep/plan.ts';
import { type Shard, WHOLE } from '../../simulations/sweep/runs.ts';
import { integer } from '../arguments.ts';
import { progressBar } from './progress.ts';
import { CORES, crewOf, holding, provenance } from './surroundings.ts';

const MAX_SHARDS = 100_000;

interface RunOptions {
  readonly out?: string;
  readonly shard: Shard;
  readonly threads: number;
}

const shard = (text: string): Shard => {
  const [number = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (number < 1 || number > of || of > MAX_SHARDS)
    throw new InvalidArgumentError('Give i/n, such as 2/8: the second of eight parts.');
  return { number, of };
};

/** `ties experiment run`: all that its folder does not hold yet. */
export const runCommand = (): Command =>
  new Command('run')
    .description('Do all runs of an experiment, or go on with one that was interrupted')
    .argument('<file>', 'of simulations/experiments, or your own')
    .option('--out <dir>', 'where results go; default tmp/experiments/NAME')
    .option('--shard <i/n>', 'only each n-th run, for another machine to do the rest', shard, WHOLE)
    .option(
      '--threads <n>',
      'runs at a time; an experiment that measures takes one',
      integer(1, 1024),
      CORES,
    )
    .action(run);

async function run(file: string, options: RunOptions): Promise<void> {
  const plan = readPlan(file);
  const { number, of } = options.shard;
  const name = basename(file).replace(/\.json$/, '');
  const part = of === 1 ? '' : `-${number}-of-${of}`;
  const folder = options.out ?? join('tmp', 'experiments', `${name}${part}`);
  const crew = crewOf(plan.alone ? 1 : options.threads);
  const bar = progressBar(process.stderr, wallClock.now);
  const input = { plan, folder, crew, shard: options.shard, provenance: provenance() };
  try {
    await holding(folder, () => runExperiment({ ...input, onProgress: bar.told }));
  } finally {
    bar.end();
    await crew.end();
  }
  process.stdout.write(`${join(folder, 'report.html')}\n`);
}
