import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, symlinkSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { TpmProfile } from '../profiles/slb9670.ts';
import { codeOf, MessageSplitter } from './message.ts';
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
}

export interface TpmBus {
  /** For `openEsapiTpm`. */
  readonly tcti: string;
  stop(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly swtpm: Socket;
}

const serve = ({ client, swtpm }: Link, { profile, observe }: BusOptions): void => {
  const commands = new MessageSplitter();
  const responses = new MessageSplitter();
  const underway: Uint8Array[] = [];

  const answer = (command: Uint8Array, response: Uint8Array): void => {
    const [commandCode, responseCode] = [codeOf(command), codeOf(response)];
    observe?.({ commandCode, responseCode, command, response });
    client.write(response);
  };
  client.on('data', (chunk: Buffer) => {
    for (const command of commands.push(chunk)) {
      const refusal = profile ? refuse(profile, command) : null;
      if (refusal) {
        answer(command, refusal);
      } else {
        underway.push(command);
        swtpm.write(profile ? widen(command) : command);
      }
    }
  });
  swtpm.on('data', (chunk: Buffer) => {
    for (const response of responses.push(chunk)) {
      const command = underway.shift() as Uint8Array;
      answer(command, profile ? narrow(profile, command, response) : response);
    }
  });
  for (const [one, other] of [
    [client, swtpm],
    [swtpm, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
    one.unref();
  }
};

/**
 * A bus between a caller and swtpm, where commands can be watched and a TPM with fewer abilities
 * can be played. It keeps no process alive.
 */
export const startBus = async (swtpm: Swtpm, options: BusOptions = {}): Promise<TpmBus> => {
  const path = `${swtpm.path}.${randomUUID().slice(0, 8)}`;
  const links = new Set<Socket>();
  const server = createServer((client) => {
    links.add(client);
    client.once('close', () => links.delete(client));
    serve({ client, swtpm: connect(swtpm.path) }, options);
  });
  server.listen(path).unref();
  await once(server, 'listening');
  // The control socket carries no TPM commands: the TCTI's own way to swtpm's is left open.
  symlinkSync(`${swtpm.path}.ctrl`, `${path}.ctrl`);
  const stop = async (): Promise<void> => {
    for (const client of links) client.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(`${path}.ctrl`, { force: true });
  };
  return { tcti: `swtpm:path=${path}`, stop };
};
