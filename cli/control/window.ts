import { Command, InvalidArgumentError } from 'commander';
import { asking, control, type Options } from './command.ts';

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
        .action((options: Options & { readonly for: number }) =>
          asking<{ windowS: number }>(
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
