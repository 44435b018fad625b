import { Command } from 'commander';
import { compareCommand } from './experiment/compare.ts';
import { mergeCommand } from './experiment/merge.ts';
import { reportCommand } from './experiment/report.ts';
import { runCommand } from './experiment/run.ts';

/** `ties experiment`: sweeps over simulated worlds, their results and reports. */
export const experimentCommand = (): Command =>
  new Command('experiment')
    .description('Run experiments that a file describes, and report what came out')
    .addCommand(runCommand())
    .addCommand(mergeCommand())
    .addCommand(reportCommand())
    .addCommand(compareCommand());
