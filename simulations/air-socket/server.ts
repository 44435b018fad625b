import { createServer, type Socket } from 'node:net';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Medium } from '../medium/medium.ts';
import { type GuestInput, receiveGuest } from './guest.ts';
import { listenAt } from './socket-path.ts';

/** As many processes may share an air; more are cut off at once. */
const MAX_GUESTS = 256;

export interface ServeAirInput {
  /** Where the Unix socket is made. */
  readonly path: string;
  readonly medium: Medium;
  /** The medium's own; of a wall clock, a `punctualClock`. */
  readonly clock: Clock;
}

export interface AirServer {
  /** Cuts all off and takes the socket away. */
  close(): Promise<void>;
}

/**
 * Let other processes share an air: `socketRadio` is the other side. One that sends rubbish, does
 * not read or dies loses its radio; the others do not notice. Rejects with `AIR_PATH` where the
 * path is taken or cannot be used.
 */
export const serveAir = async ({ path, medium, clock }: ServeAirInput): Promise<AirServer> => {
  const sockets = new Set<Socket>();
  const ids = new Set<string>();
  let joined = 0;

  const receive = (socket: Socket): void => {
    let own: string | null = null;
    const join: GuestInput['join'] = (input) => {
      joined += 1;
      const id = input.id ?? `radio-${joined}`;
      if (ids.has(id)) return 'AIR_ID_TAKEN';
      own = id;
      ids.add(id);
      return { id, radio: medium.join({ ...input, id }) };
    };
    sockets.add(socket);
    receiveGuest({
      ...{ socket, clock, join },
      ended: () => {
        sockets.delete(socket);
        if (own !== null) ids.delete(own);
      },
    });
  };

  const server = createServer(receive);
  server.maxConnections = MAX_GUESTS;
  await listenAt(server, path);
  return {
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
};
