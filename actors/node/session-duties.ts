import type { EventObject } from 'xstate';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import { begin, type Hands, isRunning, tell } from '../dispatch.ts';
import { initiatorId, responderId } from './confirm.ts';
import { requesterId } from './key-request.ts';
import type { SessionRuns } from './session-runs.ts';

/** What a node's root does for its sessions; `runs` are there once it has booted. */
export const sessionDuties = (runs: () => SessionRuns) => {
  /** Ask for a session key, now or after the request that is under way. */
  const request = (root: Hands, peer: number, mode: KtcMode): void => {
    if (runs().mayRequest(peer, mode))
      begin(root, requesterId(peer), () => runs().request(peer, mode));
  };

  /** One confirm at a time with a peer: an own challenge drops a half-answered one. */
  const challenge = (root: Hands, peer: number): void => {
    if (!runs().canConfirm(peer)) return;
    tell(root, responderId(peer), { type: 'session.superseded' });
    begin(root, initiatorId(peer), () => runs().challenge(peer));
  };

  /** New data keys from the session key at hand, unless they are on their way. */
  const renew = (root: Hands, peer: number): void => {
    const underWay = [initiatorId(peer), responderId(peer)].some((id) => isRunning(root, id));
    if (!underWay && runs().mayRenew(peer)) challenge(root, peer);
  };

  return {
    request,
    challenge,
    renew,
    /** Something is to be sent: a key where there is none, another where it is worn. */
    provide: (root: Hands, peer: number): void => {
      if (!runs().canConfirm(peer) || runs().mayReplace(peer)) request(root, peer, 'direct');
      if (runs().needsConfirm(peer)) renew(root, peer);
    },
    /** No new session keys after a restart: those in the store, and a new confirm. */
    resumeAll: ({ enqueue }: Hands): void => {
      for (const { peer, delayMs } of runs().resumptions())
        enqueue.raise({ type: 'session.resume', peer } as EventObject, {
          id: `session.resume.${peer}`,
          delay: delayMs,
        });
    },
    resume: (root: Hands, peer: number): void => {
      if (runs().mayResume(peer)) renew(root, peer);
    },
    /** A run has ended: the request that waited for it begins. */
    next: (root: Hands): void => {
      const next = runs().nextRequest();
      if (next !== null) request(root, next.peer, next.mode);
    },
  };
};
