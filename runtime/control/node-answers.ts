import type { AnyActorRef } from 'xstate';
import { SENSOR } from '../../actors/node/sensor.ts';
import { type SensorReport, sensorReport } from '../../actors/sensor/report.ts';
import { TiesError } from '../../protocol/errors.ts';
import { EMPTY_ROSTER, type Roster } from '../../protocol/roster.ts';
import type { NodeDevice } from '../device.ts';
import {
  type Answers,
  backupAnswer,
  flushAnswer,
  inspectAnswer,
  labelAnswer,
  listedIn,
  onlyCenter,
  ownStatus,
  requireRunning,
  type Sources,
} from './answers.ts';
import { Devices } from './devices.ts';
import { decided } from './news.ts';
import { requestSession, rotateKeys } from './session-answers.ts';

/** Longer than a center in reach takes to acknowledge. */
const LEAVE_LIMIT_MS = 30_000;

/** What a node does on request. */
export const nodeAnswers = (device: NodeDevice, sources: Sources): Answers => {
  const { clock, store, news } = sources;
  const startedMs = clock.now();
  let address: number | null = null;
  news.subscribe(({ type, address: given }) => {
    if (type === 'node.joined' || type === 'node.rejoined') address = given as number;
  });
  const roster = (): Roster => store.get<Roster>('roster') ?? EMPTY_ROSTER;
  const devices = new Devices(store, () => listedIn(roster().entries));
  return {
    status: () => ({
      ...ownStatus(device, sources, startedMs),
      address,
      rosterVersion: roster().version,
      sensor: sensorOf(device),
    }),
    nodes: () => ({ version: roster().version, nodes: devices.named }),
    label: () => labelAnswer(sources),
    inspect: (request) => inspectAnswer(sources, request),
    backup: () => backupAnswer(device, sources),
    rename: ({ device: which, name }) => devices.rename(which, name),
    admit: onlyCenter,
    revoke: onlyCenter,
    'window.open': onlyCenter,
    'window.close': onlyCenter,
    'trace.flush': () => flushAnswer(sources.recording),
    'session.request': ({ peer, mode }) => {
      requireMember(device);
      return requestSession(device, sources, { peer: devices.find(peer).address, mode });
    },
    'key.rotate': async ({ peer }) => {
      requireMember(device);
      const peers = peer === null ? heldPeers(sources) : [devices.find(peer).address];
      return { rotations: await rotateKeys(device, sources, peers) };
    },
    leave: async () => {
      requireMember(device);
      const left = await decided(sources, {
        act: () => device.actor.send({ type: 'leave' }),
        decide: ({ type, advice }) => (type === 'node.dismissed' ? { advice } : null),
        limitMs: LEAVE_LIMIT_MS,
      });
      if (left !== null) return left;
      throw new TiesError(
        'CONTROL_LEAVE_SLOW',
        'The Central Entity has not acknowledged that yet. The node goes on telling it, over restarts too: see ties watch.',
      );
    },
  };
};

/** Throws `CONTROL_NOT_JOINED` besides. */
const requireMember = (device: NodeDevice): void => {
  requireRunning(device);
  if (!device.actor.getSnapshot().matches({ running: 'member' }))
    throw new TiesError(
      'CONTROL_NOT_JOINED',
      'This node has no say yet: it has not joined, or has not heard of its Central Entity since it was started. See ties status.',
    );
};

const heldPeers = ({ store }: Sources): readonly number[] =>
  store.entries('session/').map(([key]) => Number(key.split('/').at(-1)));

/** Null of a node without one, and before it is a member. */
const sensorOf = ({ actor }: NodeDevice): SensorReport | null => {
  const sensor = (actor.getSnapshot().children as Record<string, AnyActorRef | undefined>)[SENSOR];
  return sensor === undefined ? null : sensorReport(sensor);
};
