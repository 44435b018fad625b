import {
  type ActorRefFrom,
  assign,
  type DoneActorEvent,
  type ErrorActorEvent,
  emit,
  enqueueActions,
  fromPromise,
  setup,
} from 'xstate';
import type { Outcome } from '../../machines/outcome.ts';
import type { Label } from '../../protocol/label.ts';
import { atMostEvery } from '../at-most-every.ts';
import type { DeviceDeps } from '../device.ts';
import {
  begin,
  type DeadLetter,
  dispatch,
  type Ended,
  endOf,
  hands,
  type RunEnded,
  takeEnded,
  tell,
} from '../dispatch.ts';
import { type Heard, radioLogic } from '../radio.ts';
import { type MessageRefused, type Opened, routerLogic } from '../router.ts';
import {
  type ChildDue,
  type ChildLost,
  type ChildRestarted,
  lossOf,
  Supervision,
} from '../supervision.ts';
import { TELL_FAILED_MS, type TpmFailed, tpmMachine } from '../tpm.ts';
import { demandId, HERALD } from './rejoin.ts';
import { CenterRuns } from './runs.ts';

/** What the Central Entity is told to do. */
export type CenterCommand =
  | { readonly type: 'label.admit'; readonly label: Label }
  | { readonly type: 'window.open' }
  | { readonly type: 'window.close' };

/** What it tells of itself. */
export type CenterNews =
  | { readonly type: 'center.ready' }
  | ({ readonly type: 'center.failed' } & Failure)
  | { readonly type: 'label.admitted' }
  | { readonly type: 'label.refused'; readonly reason: string; readonly advice: string | null }
  | MessageRefused
  | DeadLetter
  | RunEnded
  | ChildRestarted
  | TpmFailed;

export type Event =
  | CenterCommand
  | Heard
  | Opened
  | MessageRefused
  | ChildDue
  | ChildLost
  | TpmFailed
  | DoneActorEvent<Outcome>
  | ErrorActorEvent;

type Failure = Pick<Ended, 'reason' | 'advice'>;

/** The Central Entity: admits labels, joins nodes, translates keys, publishes the roster. */
export const centerMachine = (deps: DeviceDeps) => {
  const runs = new CenterRuns(deps);
  const tpm = tpmMachine(deps.tpm);
  const radio = radioLogic(deps.link);
  const mayTell = atMostEvery(deps.clock, TELL_FAILED_MS);
  const supervision = new Supervision(deps.clock, {
    tpm: () => ({ logic: tpm }),
    radio: () => ({ logic: radio }),
    router: () => ({ logic: routerLogic, input: runs.routing }),
    roster: () => runs.roster(),
  });
  return setup({
    types: {} as { context: Failure; events: Event; emitted: CenterNews },
    actors: {
      tpm,
      radio,
      router: routerLogic,
      boot: fromPromise(({ system }) => runs.boot((name) => system.get(name))),
    },
    actions: {
      keepEnd: assign(({ event }) => endOf(event)),
      keepLoss: assign(({ event }) => lossOf(event as ChildLost)),
      tellFailed: emit(({ context }) => ({ type: 'center.failed' as const, ...context })),
      stopChildren: enqueueActions((args) => supervision.stopAll(hands(args))),
      tellTpmFailed: enqueueActions(({ enqueue, event }) => {
        const failed = event as TpmFailed;
        if (mayTell(`${failed.operation} ${failed.reason}`)) enqueue.emit(failed);
      }),
      restart: enqueueActions((args) => supervision.restart(hands(args), args.event as ChildDue)),
      tellReady: emit({ type: 'center.ready' }),
      tellRefused: emit(({ event }) => event as MessageRefused),
      tellNotRunning: emit({
        type: 'label.refused',
        reason: 'not-running',
        advice: 'The center is not on yet, or has failed: see what it said of itself.',
      }),
      route: enqueueActions((args) => tell(hands(args), 'router', args.event)),
      dispatch: enqueueActions((args) => dispatch(hands(args), args.event as Opened, runs)),
      beginRoster: enqueueActions((args) => begin(hands(args), 'roster', () => runs.roster())),
      beginHerald: enqueueActions((args) => {
        const herald = runs.herald();
        if (herald !== null) begin(hands(args), HERALD, () => herald);
      }),
      /** A node that does not know of this process yet. */
      demandRejoin: enqueueActions((args) => {
        const { reason, from } = args.event as MessageRefused;
        const demand = reason === 'stale-epoch' ? runs.demand(from) : null;
        if (demand !== null) begin(hands(args), demandId(from), () => demand);
      }),
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
        if (supervision.takes(hands(args), args.event)) return;
        const ended = takeEnded(hands(args), args.event);
        const entry = runs.ended(ended);
        if (entry !== null) tell(hands(args), 'roster', { type: 'entry.changed', entry } as never);
        if (!ended.actor.startsWith('admission.')) return;
        args.enqueue.emit(
          ended.reason === null
            ? { type: 'label.admitted' }
            : { type: 'label.refused', reason: ended.reason, advice: ended.advice },
        );
      }),
    },
  }).createMachine({
    id: 'center',
    context: { reason: null, advice: null },
    invoke: [
      { id: 'tpm', systemId: 'tpm', src: 'tpm' },
      { id: 'radio', systemId: 'radio', src: 'radio' },
    ],
    on: {
      'xstate.error.actor.*': { actions: 'takeEnded' },
      'tpm.failed': { actions: 'tellTpmFailed' },
      'child.due': { actions: 'restart' },
      'child.lost': { target: '.failed', actions: 'keepLoss' },
      'label.admit': { actions: 'tellNotRunning' },
    },
    initial: 'booting',
    states: {
      booting: {
        invoke: {
          src: 'boot',
          onDone: 'running',
          onError: { target: 'failed', actions: 'keepEnd' },
        },
      },
      running: {
        entry: ['beginRoster', 'beginHerald', 'tellReady'],
        invoke: { id: 'router', src: 'router', input: () => runs.routing },
        on: {
          'radio.heard': { actions: 'route' },
          'message.refused': { actions: ['tellRefused', 'demandRejoin'] },
          'message.opened': { actions: 'dispatch' },
          'label.admit': { actions: 'admit' },
          'window.open': { actions: 'openWindow' },
          'window.close': { actions: 'closeWindow' },
          'xstate.done.actor.*': { actions: 'takeEnded' },
        },
      },
      failed: { entry: ['stopChildren', 'tellFailed'] },
    },
  });
};
export type CenterActor = ActorRefFrom<ReturnType<typeof centerMachine>>;
