import { join } from 'node:path';
import { Command } from 'commander';
import { TiesError } from '../../protocol/errors.ts';
import { readResults, writeWhole } from '../../simulations/sweep/folder.ts';
import { configHash, readPlan } from '../../simulations/sweep/plan.ts';
import { reportOf } from '../../simulations/sweep/report/report.ts';

/** `ties experiment report`: the page anew, of results as they are. */
export const reportCommand = (): Command =>
  new Command('report')
    .description('Write the report of results anew')
    .argument('<dir>', 'what ties experiment run or merge wrote')
    .option('--plan <file>', "the experiment's file, where its words or charts have changed")
    .action((folder: string, { plan: file }: { plan?: string }) => {
      const results = readResults(folder);
      const { manifest, rows } = results;
      const plan = file === undefined ? manifest.plan : readPlan(file);
      if (configHash(plan) !== manifest.configHash)
        throw new TiesError(
          'EXPERIMENT_CHANGED',
          `${file} describes other runs than those in ${folder}. Only its words and charts may differ.`,
        );
      writeWhole(folder, 'report.html', reportOf({ manifest: { ...manifest, plan }, rows }));
      process.stdout.write(`${join(folder, 'report.html')}\n`);
    });
