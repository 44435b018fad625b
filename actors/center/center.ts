import {
  type ActorRefFrom,
  assign,
  type DoneActorEvent,
  type ErrorActorEvent,
  emit,
  enqueueActions,
  fromPromise,
  sendTo,
  setup,
} from 'xstate';
import type { Outcome } from '../../machines/outcome.ts';
import { reasonOf } from '../../machines/retry.ts';
import type { Label } from '../../protocol/label.ts';
import type { DeviceDeps } from '../device.ts';
import {
  begin,
  type DeadLetter,
  dispatch,
  hands,
  type RunEnded,
  takeEnded,
  tell,
} from '../dispatch.ts';
import { type Heard, radioLogic } from '../radio.ts';
import { type MessageRefused, type Opened, routerLogic } from '../router.ts';
import { tpmMachine } from '../tpm.ts';
import { CenterRuns } from './runs.ts';

/** What the Central Entity is told to do. */
export type CenterCommand =
  | { readonly type: 'label.admit'; readonly label: Label }
  | { readonly type: 'window.open' }
  | { readonly type: 'window.close' };

/** What it tells of itself. */
export type CenterNews =
  | { readonly type: 'center.ready' }
  | { readonly type: 'center.failed'; readonly reason: string }
  | { readonly type: 'label.admitted' }
  | { readonly type: 'label.refused'; readonly reason: string }
  | MessageRefused
  | DeadLetter
  | RunEnded;

export type Event =
  | CenterCommand
  | Heard
  | Opened
  | MessageRefused
  | DoneActorEvent<Outcome>
  | ErrorActorEvent;

/** The Central Entity: admits labels, joins nodes, translates keys, publishes the roster. */
export const centerMachine = (deps: DeviceDeps) => {
  const runs = new CenterRuns(deps);
  return setup({
    types: {} as { context: { reason: string | null }; events: Event; emitted: CenterNews },
    actors: {
      tpm: tpmMachine(deps.tpm),
      radio: radioLogic(deps.link),
      router: routerLogic,
      boot: fromPromise(({ system }) => runs.boot(system.get('tpm'), system.get('radio'))),
    },
    actions: {
      keepReason: assign({ reason: ({ event }) => reasonOf(event) }),
      tellFailed: emit(({ context }) => ({
        type: 'center.failed' as const,
        reason: context.reason ?? 'unknown',
      })),
      tellReady: emit({ type: 'center.ready' }),
      tellRefused: emit(({ event }) => event as MessageRefused),
      tellNotRunning: emit({ type: 'label.refused', reason: 'not-running' }),
      route: sendTo('router', ({ event }) => event as Heard),
      dispatch: enqueueActions((args) => dispatch(hands(args), args.event as Opened, runs)),
      beginRoster: enqueueActions((args) => begin(hands(args), 'roster', () => runs.roster())),
      openWindow: () => {
        runs.host.joinWindowOpen = true;
      },
      closeWindow: () => {
        runs.host.joinWindowOpen = false;
      },
      admit: enqueueActions((args) => {
        const { label } = args.event as CenterCommand & { type: 'label.admit' };
        const logic = fromPromise(async () => {
          await runs.admit(label);
          return { reason: null };
        });
        begin(hands(args), runs.nextAdmissionId(), () => ({ logic }));
      }),
      takeEnded: enqueueActions((args) => {
        const ended = takeEnded(hands(args), args.event);
        const entry = runs.ended(ended);
        if (entry !== null) tell(hands(args), 'roster', { type: 'entry.changed', entry } as never);
        if (!ended.actor.startsWith('admission.')) return;
        args.enqueue.emit(
          ended.reason === null
            ? { type: 'label.admitted' }
            : { type: 'label.refused', reason: ended.reason },
        );
      }),
    },
  }).createMachine({
    id: 'center',
    context: { reason: null },
    invoke: [
      { id: 'tpm', systemId: 'tpm', src: 'tpm' },
      { id: 'radio', systemId: 'radio', src: 'radio' },
    ],
    on: { 'label.admit': { actions: 'tellNotRunning' } },
    initial: 'booting',
    states: {
      booting: {
        invoke: {
          src: 'boot',
          onDone: 'running',
          onError: { target: 'failed', actions: 'keepReason' },
        },
      },
      running: {
        entry: ['beginRoster', 'tellReady'],
        invoke: { id: 'router', src: 'router', input: () => runs.routing },
        on: {
          'radio.heard': { actions: 'route' },
          'message.refused': { actions: 'tellRefused' },
          'message.opened': { actions: 'dispatch' },
          'label.admit': { actions: 'admit' },
          'window.open': { actions: 'openWindow' },
          'window.close': { actions: 'closeWindow' },
          'xstate.done.actor.*': { actions: 'takeEnded' },
          'xstate.error.actor.*': { actions: 'takeEnded' },
        },
      },
      failed: { entry: 'tellFailed' },
    },
  });
};
export type CenterActor = ActorRefFrom<ReturnType<typeof centerMachine>>;
