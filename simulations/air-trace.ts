import type { Observable, Subscription } from 'rxjs';
import { lostAt, sentBy } from '../transports/trace/comments.ts';
import { channelOf, nanoseconds, type TraceSink } from '../transports/trace/frame.ts';
import type { Transmission } from './medium/transmission.ts';

/** A world begins with 1970: its trace is the same whenever it is recorded. */
const ORIGIN_NS = 0n;

/**
 * Record all that is on a simulated air, each frame once, whoever heard it: comments tell who sent
 * it, and where and why it was lost. Its strength is that at the receiver that heard it best.
 */
export const traceAir = (transmissions: Observable<Transmission>, sink: TraceSink): Subscription =>
  transmissions.subscribe((transmission) => {
    const { frame, modulation, endMs } = transmission;
    const { rssiDbm, snrDb } = transmission.strongest() ?? UNHEARD;
    sink.record({
      atNs: nanoseconds(endMs, ORIGIN_NS),
      channel: channelOf(modulation),
      direction: 'unknown',
      ...{ frame, rssiDbm, snrDb, comments: commentsOf(transmission) },
    });
  });

const UNHEARD = { rssiDbm: null, snrDb: null } as const;

const commentsOf = ({ radioId, outcomes }: Transmission): string[] => [
  sentBy(radioId),
  ...[...outcomes]
    .filter(([, outcome]) => outcome !== 'received')
    .map(([receiver, outcome]) => lostAt(receiver, outcome)),
];
