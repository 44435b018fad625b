import { Command } from 'commander';
import { dissector } from '../../transports/trace/wireshark/dissector.ts';

/** `ties trace lua`: what makes Wireshark show messages by name. */
export const luaCommand = (): Command =>
  new Command('lua')
    .description('Print ties.lua, by which Wireshark and tshark show TIES: docs/traces.md')
    .action(() => {
      process.stdout.write(dissector());
    });
