import type { Command } from 'commander';
import { asking, control, type Options } from '../control/command.ts';

/** `ties trace flush`: what a running device has recorded so far, as a file of its own. */
export const flushCommand = (): Command =>
  control('flush', 'Let a running device write what it has recorded, and tell where').action(
    (options: Options) =>
      asking<{ path: string | null }>(
        options,
        { do: 'trace.flush' },
        ({ path }) => path ?? 'There is nothing that was not written before.',
      ),
  );
