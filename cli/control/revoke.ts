import { Argument, type Command } from 'commander';
import { asking, control, DEVICE_TEXT, forGood, type Options } from './command.ts';

export const revokeCommand = (): Command =>
  forGood(control('revoke', 'Take a device off the list, at the Central Entity, for good'))
    .addArgument(new Argument('<device>', DEVICE_TEXT))
    .action((device: string, options: Options) =>
      asking<{ address: number; devId: string }>(
        options,
        { do: 'revoke', device },
        ({ address, devId }) =>
          `Device ${devId} with address ${address} is revoked. Who holds the list knows within seconds, who missed it within a day.`,
      ),
    );
