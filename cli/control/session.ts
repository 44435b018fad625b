import { Argument, Command } from 'commander';
import { asking, control, DEVICE_TEXT, type Options } from './command.ts';

export const sessionCommand = (): Command =>
  new Command('session').description('Session keys with other nodes').addCommand(
    control('request', 'Get a session key for a peer, and confirm it')
      .addArgument(new Argument('<peer>', DEVICE_TEXT))
      .option('--indirect', 'the key travels through this node instead of to the peer', false)
      .action((peer: string, options: Options & { readonly indirect: boolean }) =>
        asking(
          options,
          { do: 'session.request', peer, mode: options.indirect ? 'indirect' : 'direct' },
          () => `There is a confirmed session with ${peer}.`,
        ),
      ),
  );
