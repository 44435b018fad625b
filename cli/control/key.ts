import { Argument, Command } from 'commander';
import type { Rotation } from '../../runtime/control/session-answers.ts';
import { ask } from '../control-client.ts';
import { EXIT, operate } from '../operate.ts';
import { control, DEVICE_TEXT, type Options } from './command.ts';

/** What PROTOCOL has no way to replace while a device is a member. */
export const KEPT_TEXT =
  'Session keys are replaced, and with them the keys of readings between nodes. Not replaced: ' +
  "a node's Master Key, the TPM's storage key and the center's roster key, which are made once. " +
  'For new ones a node leaves, its TPM is cleared, and it is provisioned and admitted anew; for a ' +
  'new roster key all of them do.';

export const keyCommand = (): Command =>
  new Command('key').description('Keys of a node').addCommand(
    control('rotate', 'Get new session keys, with one peer or with all there are keys for')
      .addArgument(new Argument('[peer]', DEVICE_TEXT))
      .addHelpText('after', `\n${KEPT_TEXT}`)
      .action((peer: string | undefined, { socket, json }: Options) =>
        operate(json, {
          answer: () => ask<Rotated>(socket, { do: 'key.rotate', peer: peer ?? null }),
          text: rotatedText,
          exit: ({ rotations }) =>
            rotations.every(({ reason }) => reason === null) ? EXIT.done : EXIT.refused,
        }),
      ),
  );

interface Rotated {
  readonly rotations: readonly Rotation[];
}

const rotatedText = ({ rotations }: Rotated): string =>
  rotations.length === 0
    ? 'This node holds no session key.'
    : rotations
        .map(({ peer, reason, advice }) =>
          reason === null
            ? `${peer}: a new session key, confirmed`
            : `${peer}: the old one stays (${reason}). ${advice ?? `Type: ties explain ${reason}`}`,
        )
        .join('\n');
