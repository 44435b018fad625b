import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Observable } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { Answers } from './answers.ts';
import type { News } from './news.ts';
import { type ControlReply, type ControlRequest, parseRequest } from './requests.ts';

/** No request is longer. */
const MAX_REQUEST_BYTES = 1024;
/** A request is a line that a program writes at once. */
const REQUEST_LIMIT_MS = 5_000;
const MAX_CONNECTIONS = 16;
/** Of news that a watcher does not read. */
const MAX_WAITING_BYTES = 256 * 1024;

export interface ControlInput {
  readonly path: string;
  readonly clock: Clock;
  readonly answers: Answers;
  readonly news: Observable<News>;
}

/**
 * Serve the control socket, for this user alone. Returns how to stop that. Rejects with
 * `CONTROL_IN_USE` where another daemon answers there, `CONTROL_SOCKET` where none can be made.
 */
export const serveControl = async (input: ControlInput): Promise<() => Promise<void>> => {
  const { path } = input;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    if (open.size >= MAX_CONNECTIONS) {
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // Who goes away amid an answer is nobody's trouble.
    socket.on('error', () => socket.destroy());
    serve(socket, input);
  });
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    await removeStale(path);
    await listen(server, path);
  } catch (cause) {
    if (cause instanceof TiesError) throw cause;
    throw new TiesError(
      'CONTROL_SOCKET',
      `The control socket ${path} cannot be made (${(cause as NodeJS.ErrnoException).code}): give control.socket of the role file a place that this user may write.`,
      { cause },
    );
  }
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
};

/** libuv binds within this call, so nobody else's files are made under this mask. */
const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const umask = process.umask(0o177);
    server.once('error', reject);
    server.listen(path, resolve);
    process.umask(umask);
  });

/** A daemon that was killed leaves its socket; nobody answers there. */
const removeStale = async (path: string): Promise<void> => {
  if (!(lstatSync(path, { throwIfNoEntry: false })?.isSocket() ?? false)) return;
  if (await answersAt(path))
    throw new TiesError(
      'CONTROL_IN_USE',
      `Another daemon answers at ${path}: stop it, or give each its own control.socket.`,
    );
  unlinkSync(path);
};

const answersAt = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** One request, one answer; a watcher stays. */
const serve = (socket: Socket, input: ControlInput): void => {
  let text = '';
  const end = (reply: ControlReply): void => void socket.end(jsonLine(reply));
  const timer = input.clock.setTimeout(() => socket.destroy(), REQUEST_LIMIT_MS);
  const heard = (chunk: string): void => {
    text += chunk;
    const length = text.indexOf('\n');
    if (length < 0 && text.length <= MAX_REQUEST_BYTES) return;
    socket.off('data', heard);
    socket.resume();
    input.clock.clearTimeout(timer);
    const request =
      length >= 0 && length <= MAX_REQUEST_BYTES ? parseRequest(text.slice(0, length)) : null;
    if (request === null) end(malformed());
    else if (request.do === 'watch') watch(socket, input.news);
    else void reply(input.answers, request).then(end);
  };
  socket.once('close', () => input.clock.clearTimeout(timer));
  socket.setEncoding('utf8').on('data', heard);
};

const reply = async (
  answers: Answers,
  request: Exclude<ControlRequest, { do: 'watch' }>,
): Promise<ControlReply> => {
  const answer = answers[request.do] as (request: ControlRequest) => object | Promise<object>;
  try {
    return { ok: true, answer: await answer(request) };
  } catch (error) {
    if (error instanceof TiesError) return { ok: false, code: error.code, message: error.message };
    // Its text is not repeated, for anything may be in it.
    return {
      ok: false,
      code: 'CONTROL_FAILED',
      message: 'The daemon could not answer that, by a fault of its own: please report it.',
    };
  }
};

const watch = (socket: Socket, news: Observable<News>): void => {
  socket.write(jsonLine({ ok: true, answer: {} }));
  const told = news.subscribe((each) => {
    socket.write(jsonLine({ news: each }));
    if (socket.writableLength > MAX_WAITING_BYTES) socket.destroy();
  });
  socket.once('close', () => told.unsubscribe());
};

const malformed = (): ControlReply => ({
  ok: false,
  code: 'CONTROL_REQUEST',
  message:
    'This is no request that this daemon knows: use the ties command of the same version as the daemon.',
});

const jsonLine = (value: object): string =>
  `${JSON.stringify(value, (_, field) => (field instanceof Uint8Array ? Buffer.from(field).toString('hex') : field))}\n`;
