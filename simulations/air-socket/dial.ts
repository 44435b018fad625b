import { connect } from 'node:net';
import type { Clock } from '../../drivers/clock/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { malformed } from './framing.ts';
import { type Line, openLine } from './line.ts';
import { decodeReply, encode, type Refusal, type Reply, type Request } from './messages.ts';
import { requireShort } from './socket-path.ts';

/** An air that has not answered by then hangs. */
const WELCOME_WITHIN_MS = 5_000;

export interface DialInput {
  readonly path: string;
  readonly clock: Clock;
  readonly hello: Extract<Request, { type: 'hello' }>;
  readonly heard: (reply: Reply) => void;
  /** The air is gone, or was cut off. */
  readonly ended: (fault: TiesError | null) => void;
}

/**
 * Resolves once the air has made a radio for this process. Rejects with `AIR_UNREACHABLE`,
 * `AIR_ID_TAKEN`, `AIR_VERSION`, `AIR_MALFORMED` or `AIR_PATH`.
 */
export const dial = ({ path, clock, hello, heard, ended }: DialInput): Promise<Line> =>
  new Promise((resolve, reject) => {
    let hasJoined = false;
    let refusal: Refusal | null = null;
    requireShort(path);
    const socket = connect(path);
    const line = openLine({
      socket,
      decode: decodeReply,
      heard: (reply) => {
        if (hasJoined) heard(reply);
        else if (reply.type === 'welcome') {
          hasJoined = true;
          clock.clearTimeout(deadline);
          resolve(line);
        } else if (reply.type === 'refused') refusal = reply.code;
        else throw malformed();
      },
      ended: (fault) => {
        clock.clearTimeout(deadline);
        if (hasJoined) ended(fault);
        else reject(fault ?? (refusal === null ? unreachable(path) : refused(refusal, hello.id)));
      },
    });
    const deadline = clock.setTimeout(() => socket.destroy(), WELCOME_WITHIN_MS);
    line.send(encode(hello));
  });

const unreachable = (path: string): TiesError =>
  new TiesError(
    'AIR_UNREACHABLE',
    `No air at ${path}: start one with ties air --socket ${path}, or give the path of one.`,
  );

const refused = (code: Refusal, id: string | null): TiesError =>
  new TiesError(
    code,
    code === 'AIR_ID_TAKEN'
      ? `Another radio on this air is called ${id}: give this one another id.`
      : 'The air speaks another version: run the same version of ties on both sides.',
  );
