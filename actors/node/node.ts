import {
  type ActorRefFrom,
  assign,
  type DoneActorEvent,
  emit,
  enqueueActions,
  fromPromise,
  setup,
} from 'xstate';
import type { Outcome } from '../../machines/outcome.ts';
import type { MessageName } from '../../protocol/messages.ts';
import { begin, dispatch, hands, isRunning, takeEnded, tell } from '../dispatch.ts';
import { readingIn } from '../reading-news.ts';
import { type RootContext, rootOf } from '../root.ts';
import type { MessageRefused, Opened } from '../router.ts';
import type { SensorNews } from '../sensor/news.ts';
import { adviceOn, type Dismissal } from './dismissal.ts';
import { inquirerId } from './inquiry.ts';
import { LEAVE } from './leave.ts';
import type { NodeCommand, NodeEvent, NodeNews } from './news.ts';
import { READINGS, type ReadingEnded } from './readings.ts';
import { REJOIN } from './rejoin.ts';
import { type NodeDeps, NodeRuns } from './runs.ts';
import { SENSOR } from './sensor.ts';
import { sessionDuties } from './session-duties.ts';

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
  const sessions = sessionDuties(() => runs.sessions);
  const { supervision, actors, actions } = rootOf<NodeEvent, NodeNews>(deps, runs);

  const noteVersion = (args: Args, version: number): void => {
    runs.host.hearVersion(version);
    tell(hands(args), 'roster', { type: 'version.heard', version } as never);
  };

  const wake = (args: Args): void => tell(hands(args), SENSOR, { type: 'peer.available' });

  const takeVersion = (args: Args, { name, event }: Opened): void => {
    if (NAMES_VERSION.includes(name))
      noteVersion(args, (event.body as { rosterVersion: number }).rosterVersion);
  };

  return setup({
    types: {} as { context: RootContext; events: NodeEvent; emitted: NodeNews },
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
      tellFailed: emit(({ context: { reason, advice } }) => {
        return { type: 'node.failed' as const, reason, advice };
      }),
      tellJoined: emit(() => ({ type: 'node.joined' as const, address: runs.host.address })),
      tellRejoined: emit(() => ({ type: 'node.rejoined' as const, address: runs.host.address })),
      dispatch: enqueueActions((args) => {
        const opened = args.event as Opened;
        takeVersion(args, opened);
        const reading = readingIn(opened);
        if (reading !== null) args.enqueue.emit(reading);
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
        if (runs.host.missesCenterInMs === 0) begin(hands(args), REJOIN, () => runs.rejoin());
        const delay = runs.watchMs;
        enqueue.raise({ type: 'center.watch' }, { id: 'center.watch', delay });
      }),
      resumeSessions: enqueueActions((args) => sessions.resumeAll(hands(args))),
      resumeSession: enqueueActions((args) => {
        const { peer } = args.event as NodeEvent & { type: 'session.resume' };
        sessions.resume(hands(args), peer);
      }),
      requestSession: enqueueActions((args) => {
        const { peer, mode } = args.event as NodeCommand & { type: 'session.request' };
        sessions.request(hands(args), peer, mode);
      }),
      confirmSession: enqueueActions((args) => {
        const { peer } = args.event as NodeCommand & { type: 'session.confirm' };
        sessions.challenge(hands(args), peer);
      }),
      beginInquiry: enqueueActions((args) => {
        const { who } = args.event as NodeEvent & { type: 'peer.sought' };
        begin(hands(args), inquirerId(who), () => runs.inquiry(who));
      }),
      provideSession: enqueueActions((args) => {
        const { peer } = args.event as NodeEvent & { type: 'session.wanted' };
        sessions.provide(hands(args), peer);
      }),
      /** A peer that uses keys which this node no longer has, or has retired. */
      renewUnknown: enqueueActions((args) => {
        const { name, reason, from } = args.event as MessageRefused;
        if (name === 'data' && reason === 'unknown-key') sessions.renew(hands(args), from);
      }),
      sendReading: enqueueActions((args) => {
        begin(hands(args), READINGS, () => runs.readings());
        hands(args).enqueue.sendTo(READINGS, args.event);
      }),
      tellReadingEnded: emit(({ event }) => {
        return { ...(event as ReadingEnded), type: 'run.ended' as const };
      }),
      beginSensor: enqueueActions((args) => {
        if (runs.hasSensor) begin(hands(args), SENSOR, () => runs.sensor());
      }),
      stopSensor: enqueueActions((args) => {
        if (isRunning(hands(args), SENSOR)) args.enqueue.stopChild(SENSOR);
      }),
      tellSensorNews: emit(({ event }) => event as SensorNews),
      /** What kept readings from a peer may be over. */
      wakeSensor: enqueueActions((args) => wake(args)),
      takeEnded: enqueueActions((args) => {
        if (supervision.takes(hands(args), args.event)) return;
        const ended = takeEnded(hands(args), args.event);
        const news = runs.ended(ended);
        sessions.next(hands(args));
        if (news === null) return;
        args.enqueue.emit(news);
        if (news.type === 'session.established') sessions.challenge(hands(args), news.peer);
        if (news.type === 'session.confirmed') wake(args);
      }),
    },
  }).createMachine({
    id: 'node',
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
          onDone: { target: 'running', actions: 'keepDevice' },
          onError: { target: 'failed', actions: 'keepEnd' },
        },
      },
      running: {
        invoke: { id: 'router', systemId: 'router', src: 'router', input: () => runs.routing },
        on: {
          'message.refused': { actions: ['tellRefused', 'renewUnknown'] },
          'message.opened': { actions: 'dispatch' },
          'member.dismissed': { target: '#node.dismissing', actions: 'keepDismissal' },
          'reading.ended': { actions: 'tellReadingEnded' },
          'sensor.*': { actions: 'tellSensorNews' },
          'readings.*': { actions: 'tellSensorNews' },
          'roster.kept': { actions: 'wakeSensor' },
          'session.wanted': { actions: 'provideSession' },
          'peer.sought': { actions: 'beginInquiry' },
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
            entry: ['beginRejoin', 'beginSensor'],
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
            entry: ['beginRoster', 'watchCenter', 'beginSensor', 'wakeSensor'],
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
        entry: 'stopSensor',
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
const dismissalOf = (event: NodeEvent): { reason: Dismissal; advice: null } => {
  if (event.type === 'member.dismissed') return { reason: event.reason, advice: null };
  const { actorId, output } = event as DoneActorEvent<Outcome> & { actorId: string };
  if (actorId === LEAVE) return { reason: 'left', advice: null };
  return { reason: isDismissal(output.reason) ? output.reason : 'revoked', advice: null };
};
