import { Command } from 'commander';
import { compareResults, type Difference } from '../../simulations/sweep/compare.ts';
import { readResults } from '../../simulations/sweep/folder.ts';
import { short } from '../../simulations/sweep/report/scale.ts';

/** `ties experiment compare`: what is not the same in two folders of results. */
export const compareCommand = (): Command =>
  new Command('compare')
    .description('Compare the means of two folders of results, setting by setting')
    .argument('<a>', 'a folder of results')
    .argument('<b>', 'another')
    .option('--json', 'print a line of JSON for each output of each setting')
    .option('--clear', 'only where the 95 % confidence interval of the difference leaves 0 out')
    .action((a: string, b: string, options: { json?: boolean; clear?: boolean }) => {
      const all = compareResults(readResults(a), readResults(b));
      const told = options.clear ? all.filter(({ isClear }) => isClear) : all;
      for (const difference of told)
        process.stdout.write(`${options.json ? JSON.stringify(difference) : lineOf(difference)}\n`);
      const clear = all.filter(({ isClear }) => isClear).length;
      if (!options.json)
        process.stdout.write(`${all.length} compared, ${clear} clearly different (95 %)\n`);
    });

const lineOf = ({ parameters, output, a, b, difference, ci95, isClear }: Difference): string => {
  const setting = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const mean = (value: number | null): string => (value === null ? 'none' : short(value));
  const by = difference === null ? '' : `, ${difference < 0 ? '' : '+'}${short(difference)}`;
  const within = ci95 === null ? '' : ` ± ${short(ci95)}`;
  const mark = isClear === null ? '?' : isClear ? '≠' : '≈';
  return `${mark} ${output}: ${mean(a.mean)} → ${mean(b.mean)}${by}${within}  (${setting.join(', ')})`;
};
