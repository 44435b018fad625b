import { once } from 'node:events';
import { connect } from 'node:net';
import { MessageSplitter } from '../../simulations/swtpm/message.ts';

/** A TPM by the bytes of its commands. */
export interface RawTpm {
  send(command: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** Connects to the socket that a TCTI of swtpm's names. */
export const rawTpm = async (tcti: string): Promise<RawTpm> => {
  const socket = connect(tcti.replace('swtpm:path=', ''));
  await once(socket, 'connect');
  const splitter = new MessageSplitter();
  const send = async (command: Uint8Array): Promise<Uint8Array> => {
    socket.write(command);
    for (;;) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      const [response] = splitter.push(chunk);
      if (response) return response;
    }
  };
  return { send, close: () => socket.destroy() };
};
