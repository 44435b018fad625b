import { join } from 'node:path';
import { Command } from 'commander';
import { mergeShards } from '../../simulations/sweep/merge.ts';
import { holding, provenance } from './surroundings.ts';

/** `ties experiment merge`: what several machines did, as one. */
export const mergeCommand = (): Command =>
  new Command('merge')
    .description('Put all shards of an experiment together')
    .argument('<dir...>', 'the folder of each shard')
    .requiredOption('--out <dir>', 'where the whole goes; it holds no results yet')
    .action(async (folders: string[], { out }: { out: string }) => {
      await holding(out, async () => mergeShards(folders, out, provenance()));
      process.stdout.write(`${join(out, 'report.html')}\n`);
    });
