import { initiatorId } from '../../actors/node/confirm.ts';
import { requesterId } from '../../actors/node/key-request.ts';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { NodeDevice } from '../device.ts';
import type { Sources } from './answers.ts';
import { decided, type News } from './news.ts';

/** A key distribution takes some seconds on a quiet channel; past this it goes on unwatched. */
const SESSION_LIMIT_MS = 120_000;

/** How asking for a session ended; `reason` is null where it is confirmed. */
interface Ended {
  readonly reason: string | null;
  readonly advice?: string | null;
}

/** What became of the session key with one peer. */
export interface Rotation {
  readonly peer: number;
  /** Null where there is a new one, confirmed. */
  readonly reason: string | null;
  readonly advice: string | null;
}

/** Get a session key and confirm it; null where that takes too long to be watched. */
const requested = (
  device: NodeDevice,
  sources: Sources,
  { peer, mode }: { readonly peer: number; readonly mode: KtcMode },
): Promise<Ended | null> =>
  decided(sources, {
    act: () => device.actor.send({ type: 'session.request', peer, mode }),
    decide: endOfSession(peer),
    limitMs: SESSION_LIMIT_MS,
  });

/** Throws `CONTROL_SESSION` and `CONTROL_SESSION_SLOW`. */
export const requestSession = async (
  device: NodeDevice,
  sources: Sources,
  wanted: { readonly peer: number; readonly mode: KtcMode },
): Promise<object> => {
  const { peer } = wanted;
  const ended = await requested(device, sources, wanted);
  if (ended?.reason === null) return { peer, confirmed: true };
  throw ended === null ? slow(peer) : refused(peer, ended);
};

/** New session keys with these peers, one after the other: a node asks for one at a time. */
export const rotateKeys = async (
  device: NodeDevice,
  sources: Sources,
  peers: readonly number[],
): Promise<readonly Rotation[]> => {
  const rotations: Rotation[] = [];
  for (const peer of peers) {
    const ended = await requested(device, sources, { peer, mode: 'direct' });
    const { code, message } = slow(peer);
    const { reason, advice = null } = ended ?? { reason: code, advice: message };
    rotations.push({ peer, reason, advice });
  }
  return rotations;
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
