import {
  type ActorRefFrom,
  assign,
  type DoneActorEvent,
  type EventObject,
  emit,
  enqueueActions,
  fromPromise,
  setup,
} from 'xstate';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import type { Outcome } from '../../machines/outcome.ts';
import type { MessageName } from '../../protocol/messages.ts';
import { begin, dispatch, hands, isRunning, takeEnded, tell } from '../dispatch.ts';
import { type ChildEvent, type ChildNews, type Failure, rootOf } from '../root.ts';
import type { MessageRefused, Opened } from '../router.ts';
import { initiatorId, responderId } from './confirm.ts';
import { adviceOn, type Dismissal } from './dismissal.ts';
import { requesterId } from './key-request.ts';
import { LEAVE } from './leave.ts';
import { REJOIN } from './rejoin.ts';
import { type NodeDeps, NodeRuns } from './runs.ts';

/** What a node is told to do. */
export type NodeCommand =
  | { readonly type: 'session.request'; readonly peer: number; readonly mode: KtcMode }
  | { readonly type: 'session.confirm'; readonly peer: number }
  | { readonly type: 'reading.send'; readonly peer: number; readonly payload: Uint8Array }
  | { readonly type: 'leave' };

/** What a node tells of itself. */
export type NodeNews =
  | { readonly type: 'node.joined'; readonly address: number }
  /** It is the member again that it was before it restarted. */
  | { readonly type: 'node.rejoined'; readonly address: number }
  /** It is no member any more, and has forgotten its network. */
  | { readonly type: 'node.dismissed'; readonly reason: Dismissal; readonly advice: string }
  | ({ readonly type: 'node.failed' } & Failure)
  /** It was told to do something that only a member can. */
  | {
      readonly type: 'command.refused';
      readonly command: NodeCommand['type'];
      readonly reason: string;
    }
  | { readonly type: 'session.established'; readonly peer: number }
  | { readonly type: 'session.confirmed'; readonly peer: number }
  | { readonly type: 'reading.received'; readonly from: number; readonly payload: Uint8Array }
  | ChildNews;

export type Event =
  | NodeCommand
  /** The list says that this device is no member any more. */
  | { readonly type: 'member.dismissed'; readonly reason: Dismissal }
  /** Time to look whether the Central Entity is still there. */
  | { readonly type: 'center.watch' }
  /** A peer is to be greeted after a restart. */
  | { readonly type: 'session.resume'; readonly peer: number }
  | ChildEvent;

/** After a write that failed. */
const FORGET_MS = 60_000;

const isDismissal = (reason: string | null): reason is Dismissal =>
  reason === 'left' || reason === 'revoked';

/** Messages that name the roster's version: the word of the CE that there may be a newer list. */
const NAMES_VERSION: readonly MessageName[] = ['peer.info', 'K4', 'K2.indirect', 'R2'];

/**
 * A node: boots its TPM, joins, and from then on answers and asks. Protocol runs are its
 * children, begun by messages and commands, and fail alone.
 */
export const nodeMachine = (deps: NodeDeps) => {
  const runs = new NodeRuns(deps);
  const { supervision, actors, actions } = rootOf<Event, NodeNews>(deps, runs);

  /** One confirm at a time with a peer: an own challenge drops a half-answered one. */
  const challenge = (args: Args, peer: number): void => {
    if (!runs.canConfirm(peer)) return;
    tell(hands(args), responderId(peer), { type: 'session.superseded' });
    begin(hands(args), initiatorId(peer), () => runs.challenge(peer));
  };

  /** New keys from the session key at hand, unless they are on their way. */
  const renew = (args: Args, peer: number): void => {
    const underWay = [initiatorId(peer), responderId(peer)].some((id) =>
      isRunning(hands(args), id),
    );
    if (!underWay && runs.mayRenew(peer)) challenge(args, peer);
  };

  const noteVersion = (args: Args, version: number): void => {
    runs.host.hearVersion(version);
    tell(hands(args), 'roster', { type: 'version.heard', version } as never);
  };

  const takeVersion = (args: Args, { name, event }: Opened): void => {
    if (NAMES_VERSION.includes(name))
      noteVersion(args, (event.body as { rosterVersion: number }).rosterVersion);
  };

  return setup({
    types: {} as { context: Failure; events: Event; emitted: NodeNews },
    actors: {
      ...actors,
      forget: fromPromise(({ input }: { input: Dismissal }) => runs.forget(input)),
    },
    guards: {
      wasMember: () => runs.host.isMember,
      isDismissed: ({ event }) => isDismissal((event as DoneActorEvent<Outcome>).output.reason),
      isDone: ({ event }) => (event as DoneActorEvent<Outcome>).output.reason === null,
    },
    actions: {
      ...actions,
      keepDismissal: assign(({ event }) => dismissalOf(event)),
      tellNotMember: emit(({ event }) => ({
        type: 'command.refused' as const,
        command: event.type as NodeCommand['type'],
        reason: 'not-a-member',
      })),
      tellDismissed: emit(({ context }) => {
        const reason = context.reason as Dismissal;
        return { type: 'node.dismissed' as const, reason, advice: adviceOn(reason) };
      }),
      tellFailed: emit(({ context }) => ({ type: 'node.failed' as const, ...context })),
      tellJoined: emit(() => ({ type: 'node.joined' as const, address: runs.host.address })),
      tellRejoined: emit(() => ({ type: 'node.rejoined' as const, address: runs.host.address })),
      dispatch: enqueueActions((args) => {
        const opened = args.event as Opened;
        takeVersion(args, opened);
        takeReading(args, opened);
        dispatch(hands(args), opened, runs);
      }),
      beginJoin: enqueueActions((args) =>
        begin(hands(args), 'join', () => ({ logic: runs.join.hosted() })),
      ),
      beginRejoin: enqueueActions((args) => begin(hands(args), REJOIN, () => runs.rejoin())),
      beginLeave: enqueueActions((args) => begin(hands(args), LEAVE, () => runs.leave())),
      /** What the operator wanted before the restart. */
      resumeLeave: enqueueActions((args) => {
        if (runs.isLeaving) begin(hands(args), LEAVE, () => runs.leave());
      }),
      watchCenter: enqueueActions((args) => {
        const { enqueue } = hands(args);
        if (runs.host.missesCenter) begin(hands(args), REJOIN, () => runs.rejoin());
        const delay = runs.watchMs;
        enqueue.raise({ type: 'center.watch' }, { id: 'center.watch', delay });
      }),
      /** No new session key: that in the store, and a new confirm. */
      resumeSessions: enqueueActions((args) => {
        for (const { peer, delayMs } of runs.resumptions())
          hands(args).enqueue.raise({ type: 'session.resume', peer } as EventObject, {
            id: `session.resume.${peer}`,
            delay: delayMs,
          });
      }),
      resumeSession: enqueueActions((args) => {
        const { peer } = args.event as Event & { type: 'session.resume' };
        if (runs.mayResume(peer)) renew(args, peer);
      }),
      requestSession: enqueueActions((args) => {
        const { peer, mode } = args.event as NodeCommand & { type: 'session.request' };
        if (runs.mayRequest(peer, mode))
          begin(hands(args), requesterId(peer), () => runs.request(peer, mode));
      }),
      confirmSession: enqueueActions((args) => {
        const { peer } = args.event as NodeCommand & { type: 'session.confirm' };
        challenge(args, peer);
      }),
      /** A peer that uses keys which this node no longer has, or has retired. */
      renewUnknown: enqueueActions((args) => {
        const { name, reason, from } = args.event as MessageRefused;
        if (name === 'data' && reason === 'unknown-key') renew(args, from);
      }),
      sendReading: enqueueActions((args) => {
        const { peer, payload } = args.event as NodeCommand & { type: 'reading.send' };
        if (runs.mayReplace(peer) && runs.mayRequest(peer, 'direct'))
          begin(hands(args), requesterId(peer), () => runs.request(peer, 'direct'));
        if (runs.host.wear.needsConfirm(peer)) renew(args, peer);
        begin(hands(args), runs.nextReadingId(peer), () => runs.reading(peer, payload));
      }),
      takeEnded: enqueueActions((args) => {
        if (supervision.takes(hands(args), args.event)) return;
        const ended = takeEnded(hands(args), args.event);
        if (runs.showsOldRoster(ended)) noteVersion(args, runs.host.roster.version + 1);
        const news = runs.ended(ended);
        const next = runs.nextRequest();
        if (next !== null)
          begin(hands(args), requesterId(next.peer), () => runs.request(next.peer, next.mode));
        if (news === null) return;
        args.enqueue.emit(news);
        if (news.type === 'session.established') challenge(args, news.peer);
      }),
    },
  }).createMachine({
    id: 'node',
    context: { reason: null, advice: null },
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
      'session.request': { actions: 'tellNotMember' },
      'session.confirm': { actions: 'tellNotMember' },
      'reading.send': { actions: 'tellNotMember' },
      leave: { actions: 'tellNotMember' },
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
        invoke: { id: 'router', src: 'router', input: () => runs.routing },
        on: {
          'radio.heard': { actions: 'route' },
          'message.refused': { actions: ['tellRefused', 'renewUnknown'] },
          'message.opened': { actions: 'dispatch' },
          'member.dismissed': { target: '#node.dismissing', actions: 'keepDismissal' },
        },
        initial: 'beginning',
        states: {
          beginning: {
            always: [{ guard: 'wasMember', target: 'rejoining' }, { target: 'joining' }],
          },
          joining: {
            entry: 'beginJoin',
            on: {
              'xstate.done.actor.join': [
                { guard: 'isDone', target: 'member', actions: ['takeEnded', 'tellJoined'] },
                { target: '#node.failed', actions: ['keepEnd', 'takeEnded'] },
              ],
              'xstate.error.actor.join': {
                target: '#node.failed',
                actions: ['keepEnd', 'takeEnded'],
              },
              'xstate.done.actor.*': { actions: 'takeEnded' },
            },
          },
          rejoining: {
            entry: 'beginRejoin',
            on: {
              'xstate.done.actor.rejoin': [
                {
                  guard: 'isDone',
                  target: 'member',
                  actions: ['takeEnded', 'tellRejoined', 'resumeSessions', 'resumeLeave'],
                },
                {
                  guard: 'isDismissed',
                  target: '#node.dismissing',
                  actions: ['keepDismissal', 'takeEnded'],
                },
                { target: '#node.failed', actions: ['keepEnd', 'takeEnded'] },
              ],
              'xstate.done.actor.*': { actions: 'takeEnded' },
            },
          },
          member: {
            entry: ['beginRoster', 'watchCenter'],
            on: {
              'session.request': { actions: 'requestSession' },
              'session.confirm': { actions: 'confirmSession' },
              'reading.send': { actions: 'sendReading' },
              'session.resume': { actions: 'resumeSession' },
              'center.watch': { actions: 'watchCenter' },
              leave: { actions: 'beginLeave' },
              'xstate.done.actor.rejoin': [
                {
                  guard: 'isDismissed',
                  target: '#node.dismissing',
                  actions: ['keepDismissal', 'takeEnded'],
                },
                { actions: 'takeEnded' },
              ],
              'xstate.done.actor.leave': [
                {
                  guard: 'isDone',
                  target: '#node.dismissing',
                  actions: ['keepDismissal', 'takeEnded'],
                },
                { actions: 'takeEnded' },
              ],
              'xstate.done.actor.revoked': {
                target: '#node.dismissing',
                actions: ['keepDismissal', 'takeEnded'],
              },
              'xstate.done.actor.*': { actions: 'takeEnded' },
            },
          },
        },
      },
      dismissing: {
        invoke: {
          src: 'forget',
          input: ({ context }) => context.reason as Dismissal,
          onDone: 'dismissed',
          onError: 'unforgotten',
        },
      },
      unforgotten: { entry: 'stopChildren', after: { [FORGET_MS]: 'dismissing' } },
      dismissed: { entry: ['stopChildren', 'tellDismissed'] },
      failed: { entry: ['stopChildren', 'tellFailed'] },
    },
  });
};
export type NodeActor = ActorRefFrom<ReturnType<typeof nodeMachine>>;

type Args = Parameters<typeof hands>[0];

/** Why a node is no member any more, from whatever tells it so. */
const dismissalOf = (event: Event): { reason: Dismissal; advice: null } => {
  if (event.type === 'member.dismissed') return { reason: event.reason, advice: null };
  const { actorId, output } = event as DoneActorEvent<Outcome> & { actorId: string };
  if (actorId === LEAVE) return { reason: 'left', advice: null };
  return { reason: isDismissal(output.reason) ? output.reason : 'revoked', advice: null };
};

function takeReading(args: Args, { name, event }: Opened): void {
  if (name !== 'data') return;
  const { payload } = event.body as { payload: Uint8Array };
  if (payload.length > 0)
    hands(args).enqueue.emit({ type: 'reading.received', from: event.from, payload } as NodeNews);
}
