import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, symlinkSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { TpmProfile } from '../profiles/slb9670.ts';
import { codeOf, MessageSplitter, messageOf } from './message.ts';
import type { Swtpm } from './process.ts';
import { narrow, refuse, widen } from './profile-filter.ts';

/** One command and its response, as the caller sent and got them. */
export interface TpmExchange {
  /** TPM_CC. */
  readonly commandCode: number;
  /** TPM_RC. */
  readonly responseCode: number;
  readonly command: Uint8Array;
  readonly response: Uint8Array;
}

export interface BusOptions {
  /** What the TPM is held to; everything swtpm can do by default. */
  readonly profile?: TpmProfile;
  readonly observe?: (exchange: TpmExchange) => void;
  /** A response code to answer a command with in swtpm's place, or null: to play faults. */
  readonly fail?: (commandCode: number) => number | null;
  /** A command of somebody else's that comes to swtpm before this one, or null. */
  readonly precede?: (commandCode: number) => Uint8Array | null;
  /** What the caller gets in place of swtpm's response: to play a TPM, or a bus, that lies. */
  readonly alter?: (commandCode: number, response: Uint8Array) => Uint8Array;
}

export interface TpmBus {
  /** For `openEsapiTpm`. */
  readonly tcti: string;
  stop(): Promise<void>;
}

/** swtpm serves one connection and lets one more wait; the next is refused with EAGAIN. */
const connectInTurn = async (path: string): Promise<Socket> => {
  for (;;) {
    const socket = connect(path).unref();
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
};

const refusalOf = (command: Uint8Array, { profile, fail }: BusOptions): Uint8Array | null => {
  const fault = fail?.(codeOf(command)) ?? null;
  if (fault !== null) return messageOf(fault);
  return profile ? refuse(profile, command) : null;
};

const serve = (client: Socket, path: string, options: BusOptions): void => {
  const { profile, observe } = options;
  const commands = new MessageSplitter();
  const responses = new MessageSplitter();
  const underway: Uint8Array[] = [];
  /** The client's command that waits while somebody else's is at work. */
  let preceded: Uint8Array | null = null;
  let swtpm: Promise<Socket> | null = null;

  const answer = (command: Uint8Array, response: Uint8Array): void => {
    const [commandCode, responseCode] = [codeOf(command), codeOf(response)];
    observe?.({ commandCode, responseCode, command, response });
    client.write(options.alter?.(commandCode, response) ?? response);
  };
  const connected = async (): Promise<Socket> => {
    const socket = await connectInTurn(path);
    socket.on('data', (chunk: Buffer) => {
      for (const response of responses.push(chunk)) {
        const command = underway.shift() as Uint8Array;
        if (preceded) {
          forward(preceded);
          preceded = null;
        } else answer(command, profile ? narrow(profile, command, response) : response);
      }
    });
    socket.on('error', () => client.destroy());
    socket.on('close', () => client.destroy());
    client.on('close', () => socket.destroy());
    if (client.destroyed) socket.destroy();
    return socket;
  };
  const forward = (command: Uint8Array): void => {
    underway.push(command);
    swtpm ??= connected();
    swtpm
      .then((socket) => socket.write(profile ? widen(command) : command))
      .catch(() => client.destroy());
  };
  client.on('data', (chunk: Buffer) => {
    for (const command of commands.push(chunk)) {
      const refusal = refusalOf(command, options);
      const before = options.precede?.(codeOf(command)) ?? null;
      if (refusal) answer(command, refusal);
      else if (before) {
        preceded = command;
        forward(before);
      } else forward(command);
    }
  });
  client.on('error', () => client.destroy());
  client.unref();
};

/** Clients of every bus of this process. */
const clients = new Set<Socket>();

/**
 * Before it ends, a process waits for its threads. One that is in a call through ESAPI waits for
 * an answer which only this event loop could bring, so it is hung up on.
 */
process.on('exit', () => {
  for (const client of clients) client.destroy();
});

/**
 * A bus between a caller and swtpm, where commands can be watched and a TPM with fewer abilities
 * can be played. It keeps no process alive.
 */
export const startBus = async (swtpm: Swtpm, options: BusOptions = {}): Promise<TpmBus> => {
  const path = `${swtpm.path}.${randomUUID().slice(0, 8)}`;
  const own = new Set<Socket>();
  const server = createServer((client) => {
    for (const set of [own, clients]) {
      set.add(client);
      client.once('close', () => set.delete(client));
    }
    serve(client, swtpm.path, options);
  });
  server.listen(path).unref();
  await once(server, 'listening');
  // The control socket carries no TPM commands: the TCTI's own way to swtpm's is left open.
  symlinkSync(`${swtpm.path}.ctrl`, `${path}.ctrl`);
  const stop = async (): Promise<void> => {
    for (const client of own) client.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(`${path}.ctrl`, { force: true });
  };
  return { tcti: `swtpm:path=${path}`, stop };
};
