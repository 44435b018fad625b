import { Argument, type Command } from 'commander';
import { asking, control, DEVICE_TEXT, type Options } from './command.ts';

export const renameCommand = (): Command =>
  control('rename', 'Name a device for yourself; names stay here and never go on the air')
    .addArgument(new Argument('<device>', DEVICE_TEXT))
    .addArgument(new Argument('[name]', 'its name from now on; left out, it has none'))
    .action((device: string, name: string | undefined, options: Options) =>
      asking<{ devId: string }>(
        options,
        { do: 'rename', device, name: name ?? null },
        ({ devId }) =>
          name === undefined ? `Device ${devId} has no name.` : `Device ${devId} is ${name}.`,
      ),
    );
