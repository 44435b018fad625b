import { createActor, fromPromise } from 'xstate';
import { parsed } from '../../actors/parsed.ts';
import { confirmResponderMachine } from '../../machines/confirm/responder.ts';
import type { Part } from './part.ts';
import { timed } from './timed.ts';

/** Another way to say what the chart says, as small as can be. */
const byHand = (): string => {
  let state = 'promoting';
  const send = (type: string): void => {
    if (type === 'cancel' && state !== 'confirmed') state = 'cancelled';
    else if (type === 'session.superseded') state = 'superseded';
  };
  send('cancel');
  return state;
};

/** A confirm that is begun and cancelled: what a protocol run costs at least. */
export const machines = async (): Promise<Part[]> => {
  const never = fromPromise<void, undefined>(() => new Promise(() => undefined));
  const implementations = { actors: { promote: never } };
  const machine = confirmResponderMachine.provide(implementations);
  return [
    await timed('a protocol run that is begun and cancelled', {
      'the same by hand': byHand,
      'our machine, an actor for the run': () => {
        const actor = createActor(machine).start();
        actor.send({ type: 'cancel' });
        return actor.getSnapshot().value;
      },
      'providing it for the run': () => confirmResponderMachine.provide(implementations),
      'the same as hosts do, parsed once': () =>
        parsed(confirmResponderMachine).provide(implementations),
    }),
  ];
};
