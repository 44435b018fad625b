import { Command } from 'commander';
import { flushCommand } from './trace/flush.ts';
import { luaCommand } from './trace/lua.ts';
import { showCommand } from './trace/show.ts';

/** `ties trace`: what was on the air, as it was recorded. */
export const traceCommand = (): Command =>
  new Command('trace')
    .description('Read what was recorded of the radio')
    .addCommand(showCommand())
    .addCommand(flushCommand())
    .addCommand(luaCommand());
