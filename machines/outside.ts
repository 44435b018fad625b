import { fromPromise } from 'xstate';
import { TiesError } from '../protocol/errors.ts';

/**
 * Something a machine needs and does not do itself: a TPM operation, a message on the air, a
 * write to the store. The hosting actor provides it; the machine only names it.
 */
export const outside = <Output = void, Input = undefined>(name: string) =>
  fromPromise<Output, Input>(() => {
    throw new TiesError(
      'MACHINE_NOT_HOSTED',
      `Nobody provides "${name}" to this machine: start it through its hosting actor.`,
    );
  });

/** An action of the host's own records, named by the machine at the moment it is due. */
export const noted = (name: string) => (): void => {
  throw new TiesError(
    'MACHINE_NOT_HOSTED',
    `Nobody provides "${name}" to this machine: start it through its hosting actor.`,
  );
};
