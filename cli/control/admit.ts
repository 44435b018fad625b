import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { asking, control, type Options } from './command.ts';

export const admitCommand = (): Command =>
  control('admit', 'Let the device of a label join, at the Central Entity')
    .argument('<label>', 'the label; - reads it from standard input, as others see arguments')
    .action(async (given: string, options: Options) => {
      const label = given === '-' ? (await readAll(process.stdin)).trim() : given;
      await asking<{ devId: string }>(
        options,
        { do: 'admit', label },
        ({ devId }) => `Device ${devId} may join while the window is open.`,
      );
    });
