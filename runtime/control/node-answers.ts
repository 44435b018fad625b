import type { AnyActorRef } from 'xstate';
import { initiatorId } from '../../actors/node/confirm.ts';
import { requesterId } from '../../actors/node/key-request.ts';
import { SENSOR } from '../../actors/node/sensor.ts';
import { type SensorReport, sensorReport } from '../../actors/sensor/report.ts';
import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { EMPTY_ROSTER, type Roster } from '../../protocol/roster.ts';
import type { NodeDevice } from '../device.ts';
import {
  type Answers,
  flushAnswer,
  inspectAnswer,
  labelAnswer,
  onlyCenter,
  ownStatus,
  requireRunning,
  type Sources,
} from './answers.ts';
import { decided, type News } from './news.ts';

/** A key distribution takes some seconds on a quiet channel; past this it goes on unwatched. */
const SESSION_LIMIT_MS = 120_000;

interface Ended {
  readonly reason: string | null;
  readonly advice?: string | null;
}

/** What a node does on request. */
export const nodeAnswers = (device: NodeDevice, sources: Sources): Answers => {
  const { clock, store, news } = sources;
  const startedMs = clock.now();
  let address: number | null = null;
  news.subscribe(({ type, address: given }) => {
    if (type === 'node.joined' || type === 'node.rejoined') address = given as number;
  });
  const roster = (): Roster => store.get<Roster>('roster') ?? EMPTY_ROSTER;
  return {
    status: () => ({
      ...ownStatus(device, sources, startedMs),
      address,
      rosterVersion: roster().version,
      sensor: sensorOf(device),
    }),
    nodes: () => {
      const { version, entries } = roster();
      return { version, nodes: entries.map((entry) => ({ ...entry, devId: toHex(entry.devId) })) };
    },
    label: () => labelAnswer(sources),
    inspect: (request) => inspectAnswer(sources, request),
    admit: onlyCenter,
    'window.open': onlyCenter,
    'window.close': onlyCenter,
    'trace.flush': () => flushAnswer(sources.recording),
    'session.request': async ({ peer, mode }) => {
      requireRunning(device);
      const ended = await decided(sources, {
        act: () => device.actor.send({ type: 'session.request', peer, mode }),
        decide: endOfSession(peer),
        limitMs: SESSION_LIMIT_MS,
      });
      if (ended?.reason === null) return { peer, confirmed: true };
      throw ended === null ? slow(peer) : refused(peer, ended);
    },
  };
};

/** Null of a node without one, and before it is a member. */
const sensorOf = ({ actor }: NodeDevice): SensorReport | null => {
  const sensor = (actor.getSnapshot().children as Record<string, AnyActorRef | undefined>)[SENSOR];
  return sensor === undefined ? null : sensorReport(sensor);
};

const endOfSession =
  (peer: number) =>
  (news: News): Ended | null => {
    const { type, actor, reason } = news;
    if (type === 'session.confirmed' && news.peer === peer) return { reason: null };
    const hasFailed =
      type === 'node.failed' ||
      (type === 'command.refused' && news.command === 'session.request') ||
      (type === 'run.ended' &&
        reason !== null &&
        (actor === requesterId(peer) || actor === initiatorId(peer)));
    return hasFailed ? (news as unknown as Ended) : null;
  };

const slow = (peer: number): TiesError =>
  new TiesError(
    'CONTROL_SESSION_SLOW',
    `There is no confirmed session with ${peer} yet; it may still come: see ties watch.`,
  );

const refused = (peer: number, { reason, advice }: Ended): TiesError =>
  new TiesError(
    'CONTROL_SESSION',
    `There is no session with ${peer} (${reason}). ${advice ?? `Type: ties explain ${reason}`}`,
  );
