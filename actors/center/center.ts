import { type ActorRefFrom, emit, enqueueActions, fromPromise, setup } from 'xstate';
import type { Label } from '../../protocol/label.ts';
import type { DeviceDeps } from '../device.ts';
import { begin, beginAnother, dispatch, hands, takeEnded, tell } from '../dispatch.ts';
import type { ReadingReceived } from '../reading-news.ts';
import {
  type ChildEvent,
  type ChildNews,
  type Failure,
  type RootContext,
  rootOf,
} from '../root.ts';
import type { MessageRefused, Opened } from '../router.ts';
import { revocationId, revokerId } from './leave.ts';
import { demandId, HERALD } from './rejoin.ts';
import { CenterRuns } from './runs.ts';

/** What the Central Entity is told to do. */
export type CenterCommand =
  | { readonly type: 'label.admit'; readonly label: Label }
  /** Take a device off the list, whether it is on or not. */
  | { readonly type: 'member.revoke'; readonly address: number }
  | { readonly type: 'window.open' }
  | { readonly type: 'window.close' };

/** What it tells of itself. */
export type CenterNews =
  | { readonly type: 'center.ready' }
  | ({ readonly type: 'center.failed' } & Failure)
  | { readonly type: 'label.admitted' }
  | { readonly type: 'member.revoked'; readonly address: number }
  | {
      readonly type: 'revocation.refused';
      readonly address: number;
      readonly reason: string;
      readonly advice: string | null;
    }
  | { readonly type: 'label.refused'; readonly reason: string; readonly advice: string | null }
  | ReadingReceived
  | ChildNews;

export type Event = CenterCommand | ChildEvent;

type Args = Parameters<typeof hands>[0];

const NOT_RUNNING = {
  reason: 'not-running',
  advice: 'The center is not on yet, or has failed: see what it said of itself.',
} as const;

/** The Central Entity: admits labels, joins nodes, translates keys, publishes the roster. */
export const centerMachine = (deps: DeviceDeps) => {
  const runs = new CenterRuns(deps);
  const { supervision, actors, actions } = rootOf<Event, CenterNews>(deps, runs);
  /** One that knows of no epoch of now is told when it rejoins, and called to do so. */
  const tellRevoked = (args: Args, address: number): void => {
    const revoker = runs.revoker(address);
    if (revoker !== null) begin(hands(args), revokerId(address), () => revoker);
    const demand = revoker === null ? runs.demand(address) : null;
    if (demand !== null) begin(hands(args), demandId(address), () => demand);
  };
  return setup({
    types: {} as { context: RootContext; events: Event; emitted: CenterNews },
    actors,
    actions: {
      ...actions,
      tellFailed: emit(({ context: { reason, advice } }) => {
        return { type: 'center.failed' as const, reason, advice };
      }),
      tellReady: emit({ type: 'center.ready' }),
      tellNotRunning: emit({
        type: 'label.refused',
        ...NOT_RUNNING,
      }),
      dispatch: enqueueActions((args) => {
        const opened = args.event as Opened;
        const reading = runs.readingIn(opened);
        if (reading !== null) args.enqueue.emit(reading);
        dispatch(hands(args), opened, runs);
        if (runs.mayRemind(opened)) tellRevoked(args, opened.event.from);
      }),
      revoke: enqueueActions((args) => {
        const { address } = args.event as CenterCommand & { type: 'member.revoke' };
        begin(hands(args), revocationId(address), () => runs.revocation(address));
      }),
      tellRevocationRefused: emit(({ event }) => ({
        type: 'revocation.refused' as const,
        address: (event as CenterCommand & { type: 'member.revoke' }).address,
        ...NOT_RUNNING,
      })),
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
        beginAnother(hands(args), 'admission', () => ({ logic }));
      }),
      takeEnded: enqueueActions((args) => {
        if (supervision.takes(hands(args), args.event)) return;
        const ended = takeEnded(hands(args), args.event);
        const entry = runs.ended(ended);
        if (entry !== null) tell(hands(args), 'roster', { type: 'entry.changed', entry } as never);
        const { actor, reason, advice } = ended;
        const address = Number(actor.split('.').at(-1));
        if (actor === revocationId(address)) {
          args.enqueue.emit(
            reason === null
              ? { type: 'member.revoked', address }
              : { type: 'revocation.refused', address, reason, advice },
          );
          if (reason === null) tellRevoked(args, address);
        }
        if (!actor.startsWith('admission.')) return;
        args.enqueue.emit(
          reason === null ? { type: 'label.admitted' } : { type: 'label.refused', reason, advice },
        );
      }),
    },
  }).createMachine({
    id: 'center',
    context: { reason: null, advice: null, device: null },
    invoke: [
      { id: 'tpm', systemId: 'tpm', src: 'tpm' },
      { id: 'radio', systemId: 'radio', src: 'radio' },
    ],
    on: {
      'xstate.error.actor.*': { actions: 'takeEnded' },
      'tpm.failed': { actions: 'tellTpmFailed' },
      'store.failed': { actions: 'tellStoreFailed' },
      'child.due': { actions: 'restart' },
      'child.lost': { target: '.failed', actions: 'keepLoss' },
      'label.admit': { actions: 'tellNotRunning' },
      'member.revoke': { actions: 'tellRevocationRefused' },
    },
    initial: 'booting',
    states: {
      booting: {
        invoke: {
          src: 'boot',
          onDone: { target: 'running', actions: 'keepDevice' },
          onError: { target: 'failed', actions: 'keepEnd' },
        },
      },
      running: {
        entry: ['beginRoster', 'beginHerald', 'tellReady'],
        invoke: { id: 'router', systemId: 'router', src: 'router', input: () => runs.routing },
        on: {
          'message.refused': { actions: ['tellRefused', 'demandRejoin'] },
          'message.opened': { actions: 'dispatch' },
          'label.admit': { actions: 'admit' },
          'member.revoke': { actions: 'revoke' },
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
