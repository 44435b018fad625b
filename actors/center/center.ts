import { type ActorRefFrom, emit, enqueueActions, fromPromise, setup } from 'xstate';
import type { Label } from '../../protocol/label.ts';
import type { DeviceDeps } from '../device.ts';
import { begin, dispatch, hands, takeEnded, tell } from '../dispatch.ts';
import { type ChildEvent, type ChildNews, type Failure, rootOf } from '../root.ts';
import type { MessageRefused, Opened } from '../router.ts';
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
  | ChildNews;

export type Event = CenterCommand | ChildEvent;

/** The Central Entity: admits labels, joins nodes, translates keys, publishes the roster. */
export const centerMachine = (deps: DeviceDeps) => {
  const runs = new CenterRuns(deps);
  const { supervision, actors, actions } = rootOf<Event, CenterNews>(deps, runs);
  return setup({
    types: {} as { context: Failure; events: Event; emitted: CenterNews },
    actors,
    actions: {
      ...actions,
      tellFailed: emit(({ context }) => ({ type: 'center.failed' as const, ...context })),
      tellReady: emit({ type: 'center.ready' }),
      tellNotRunning: emit({
        type: 'label.refused',
        reason: 'not-running',
        advice: 'The center is not on yet, or has failed: see what it said of itself.',
      }),
      dispatch: enqueueActions((args) => dispatch(hands(args), args.event as Opened, runs)),
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
