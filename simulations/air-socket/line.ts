import type { Socket } from 'node:net';
import { TiesError } from '../../protocol/errors.ts';
import { Deframer, framed, malformed } from './framing.ts';

/** Whoever lets so many bytes wait does not read any more. */
const MAX_WAITING_BYTES = 64 * 1024;

/** One end of a socket, message by message. */
export interface Line {
  /** Does nothing once it is closed. */
  send(message: Uint8Array): void;
  /** What was sent still goes out. */
  close(): void;
}

export interface LineInput<Message> {
  readonly socket: Socket;
  readonly decode: (bytes: Uint8Array) => Message | null;
  readonly heard: (message: Message) => void;
  /** Called once, whichever side closed it; null where that was no fault of the other's. */
  readonly ended: (fault: TiesError | null) => void;
}

/** Reads and writes messages; a peer that sends rubbish, or does not read, is cut off. */
export const openLine = <Message>(input: LineInput<Message>): Line => {
  const { socket, decode, heard, ended } = input;
  const deframer = new Deframer();
  let fault: TiesError | null = null;

  const cut = (why: TiesError): void => {
    fault ??= why;
    socket.destroy();
  };

  socket.on('data', (chunk: Buffer) => {
    try {
      for (const bytes of deframer.push(chunk)) {
        if (socket.destroyed || socket.writableEnded) return;
        const message = decode(bytes);
        if (message === null) throw malformed();
        heard(message);
      }
    } catch (why) {
      if (!(why instanceof TiesError)) throw why;
      cut(why);
    }
  });
  // A process that died leaves ECONNRESET or EPIPE behind; `close` follows.
  socket.on('error', () => {});
  socket.on('close', () => ended(fault));

  return {
    send: (message) => {
      if (socket.destroyed || socket.writableEnded) return;
      socket.write(framed(message));
      if (socket.writableLength > MAX_WAITING_BYTES) cut(notReading());
    },
    close: () => socket.destroySoon(),
  };
};

const notReading = (): TiesError =>
  new TiesError(
    'AIR_NOT_READ',
    'The other side of the socket does not read what it is sent: it hangs, end and restart it.',
  );
