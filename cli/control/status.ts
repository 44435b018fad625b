import type { Command } from 'commander';
import { asking, control, type Options } from './command.ts';
import { type Status, statusText } from './status-text.ts';

export const statusCommand = (): Command =>
  control('status', 'How a device is doing').action((options: Options) =>
    asking<Status>(options, { do: 'status' }, statusText),
  );
