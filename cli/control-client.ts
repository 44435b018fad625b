import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { TiesError } from '../protocol/errors.ts';
import type { ControlReply, ControlRequest } from '../runtime/control/requests.ts';

/** What the daemon refused, with its own code and words. */
export class Refusal extends TiesError {}

/**
 * The daemon's lines in answer to a request, the first its reply. Throws `CONTROL_UNREACHABLE` or
 * `CONTROL_NO_PERMISSION` where it cannot be asked.
 */
export async function* converse(path: string, request: ControlRequest): AsyncGenerator<object> {
  const socket = connect(path);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    }).catch((cause: NodeJS.ErrnoException) => {
      throw unreachable(path, cause);
    });
    socket.on('error', () => socket.destroy());
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of createInterface({ input: socket })) yield JSON.parse(line);
  } finally {
    socket.destroy();
  }
}

/** Ask once. Throws what `converse` throws, and `Refusal`. */
export const ask = async <Answer>(path: string, request: ControlRequest): Promise<Answer> => {
  for await (const reply of converse(path, request)) return answerOf(reply as ControlReply);
  throw new TiesError(
    'CONTROL_UNREACHABLE',
    `The daemon at ${path} did not answer: it may be stopping, or busy with others; try again.`,
  );
};

export const answerOf = <Answer>(reply: ControlReply): Answer => {
  if (reply.ok) return reply.answer as Answer;
  throw new Refusal(reply.code, reply.message);
};

const unreachable = (path: string, cause: NodeJS.ErrnoException): TiesError =>
  cause.code === 'EACCES' || cause.code === 'EPERM'
    ? new TiesError(
        'CONTROL_NO_PERMISSION',
        `This user may not use ${path}: type the command as the user that the daemon runs as, such as: sudo -u ties ties …`,
        { cause },
      )
    : new TiesError(
        'CONTROL_UNREACHABLE',
        `No daemon answers at ${path}: start it by typing: sudo systemctl start ties; or name its socket by --socket.`,
        { cause },
      );
