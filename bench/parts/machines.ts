import { createActor, fromPromise, transition } from 'xstate';
import { parsed } from '../../actors/parsed.ts';
import { confirmResponderMachine } from '../../machines/confirm/responder.ts';
import { rosterKeeperMachine } from '../../machines/roster/keeper.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
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

/** A node hears of a later version of the list: a guard, and a change of the context. */
const oneTransition = (): Promise<Part> => {
  const head = { version: 0, hash: new Uint8Array(16) };
  const authority = { netId: new Uint8Array(8), rosterKey: new Uint8Array(65) };
  const input = { ...authority, roster: head, wanted: 0, kept: 0, floor: 0 };
  const actor = createActor(rosterKeeperMachine, { input, clock: new HeapClock() }).start();
  let version = 1;
  const heard = () => {
    version += 1;
    return { type: 'version.heard', version } as const;
  };
  actor.send(heard());
  const snapshot = actor.getSnapshot();
  let context = snapshot.context;
  return timed('a transition', {
    'the same by hand': () => {
      const event = heard();
      if (event.version > context.roster.version)
        context = { ...context, wanted: Math.max(context.wanted, event.version) };
      return context;
    },
    'our machine, sent to its actor': () => actor.send(heard()),
    'our machine, alone': () => transition(rosterKeeperMachine, snapshot, heard()),
  });
};

/** A confirm that is begun and cancelled: what a protocol run costs at least. */
export const machines = async (): Promise<Part[]> => {
  const never = fromPromise<void, undefined>(() => new Promise(() => undefined));
  const implementations = { actors: { promote: never } };
  const machine = confirmResponderMachine.provide(implementations);
  return [
    await oneTransition(),
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
