import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { Named } from '../../runtime/control/devices.ts';
import { ask } from '../control-client.ts';
import { operate } from '../operate.ts';
import { asking, control, type Options } from './command.ts';
import { countDown } from './countdown.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `90s`, `10m`, `2h`. */
const duration = (text: string): number => {
  const [, count, unit] = /^([1-9]\d{0,4})([smh])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (!(seconds <= 86_400))
    throw new InvalidArgumentError('Give such as 90s, 10m or 2h, at most 24h.');
  return seconds;
};

export const windowCommand = (): Command =>
  new Command('window')
    .description('Let admitted devices join for a while, at the Central Entity')
    .addCommand(
      control('open', 'Open the join window')
        .option('--for <time>', 'how long, such as 90s, 10m or 2h', duration, 600)
        .option('--watch', 'count down and tell who joins, until it closes', false)
        .action((options: Options & { readonly for: number; readonly watch: boolean }) =>
          options.watch
            ? watched(options)
            : asking<{ windowS: number }>(
                options,
                { do: 'window.open', forS: options.for },
                ({ windowS }) => `Open for ${windowS} s.`,
              ),
        ),
    )
    .addCommand(
      control('close', 'Close it').action((options: Options) =>
        asking(options, { do: 'window.close' }, () => 'Closed.'),
      ),
    );

/** Who stops watching leaves the window open. */
const watched = ({ socket, json, ...open }: Options & { readonly for: number }): Promise<void> =>
  operate(json, {
    answer: async () => {
      await ask(socket, { do: 'window.open', forS: open.for });
      const center = {
        status: () => ask<{ windowS: number; rosterVersion: number }>(socket, { do: 'status' }),
        nodes: () => ask<{ nodes: Named[] }>(socket, { do: 'nodes' }),
      };
      const write = (text: string): void => void (json || process.stdout.write(text));
      const { isTTY } = process.stdout;
      const joined = await countDown(center, {
        state: (text) => isTTY && write(`${OVER}${text}`),
        line: (text) => write(`${isTTY ? OVER : ''}${text}\n`),
        aSecond: () => sleep(1000),
      });
      if (isTTY) write(OVER);
      return { windowS: 0, joined };
    },
    text: ({ joined }) => `Closed. ${joined.length} joined.`,
  });

/** In place of what stands in this line of a terminal. */
const OVER = '\r\x1b[K';
