import { once } from 'node:events';
import { lstatSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { TiesError } from '../../protocol/errors.ts';

const MAX_PATH_BYTES = 107;

/**
 * Listen on a Unix socket. What a process that died left there is cleared away; rejects with
 * `AIR_PATH` where the path is taken or cannot be used.
 */
export const listenAt = async (server: Server, path: string): Promise<void> => {
  requireShort(path);
  try {
    await listen(server, path);
  } catch (fault) {
    if (codeOf(fault) !== 'EADDRINUSE') throw unusable(path, fault);
    if (!isSocket(path) || (await isServed(path))) throw taken(path);
    rmSync(path, { force: true });
    await listen(server, path);
  }
};

/** Throws `AIR_PATH` for a path that would be cut short: the kernel's has 108 bytes, one is zero. */
export const requireShort = (path: string): void => {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw unusable(path, { code: 'ENAMETOOLONG' });
};

const listen = async (server: Server, path: string): Promise<void> => {
  server.listen(path);
  await once(server, 'listening');
};

const isSocket = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSocket() ?? true;

/** Whether somebody answers there. */
const isServed = async (path: string): Promise<boolean> => {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

const codeOf = (fault: unknown): string | undefined => (fault as NodeJS.ErrnoException).code;

const taken = (path: string): TiesError =>
  new TiesError(
    'AIR_PATH',
    `${path} is taken: end the air that is served there, or give another path.`,
  );

const unusable = (path: string, cause: unknown): TiesError =>
  new TiesError(
    'AIR_PATH',
    `No socket can be made at ${path} (${codeOf(cause)}): give a path of at most ${MAX_PATH_BYTES} bytes in a directory that is there and yours.`,
    { cause },
  );
