import type { Command } from 'commander';
import { asking, control, forGood, type Options } from './command.ts';

export const leaveCommand = (): Command =>
  forGood(control('leave', 'Take this node out of its network, for good')).action(
    (options: Options) =>
      asking<{ advice: string }>(options, { do: 'leave' }, ({ advice }) => advice),
  );
