import type { Socket } from 'node:net';
import { Subscription } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { TiesError } from '../../protocol/errors.ts';
import type { JoinInput } from '../medium/medium.ts';
import { malformed } from './framing.ts';
import { openLine } from './line.ts';
import {
  decodeRequest,
  encode,
  type Refusal,
  type Reply,
  type Request,
  VERSION,
} from './messages.ts';

/** From a connection to its first word. */
const HELLO_WITHIN_MS = 5_000;

export interface GuestInput {
  readonly socket: Socket;
  readonly clock: Clock;
  /** A new radio on the air and its id, or why there is none. */
  readonly join: (input: JoinInput) => { readonly radio: Radio; readonly id: string } | Refusal;
  readonly ended: () => void;
}

/** One process on the shared air: does on a radio of its own what it asks for. */
export const receiveGuest = ({ socket, clock, join, ended }: GuestInput): void => {
  const open = new Subscription();
  let radio: Radio | null = null;
  let asked: Subscription | null = null;

  const send = (reply: Reply): void => line.send(encode(reply));

  const welcome = (hello: Extract<Request, { type: 'hello' }>): void => {
    const { version, id, position, modulation } = hello;
    const joined =
      version === VERSION
        ? join({ ...(id !== null && { id }), position, modulation })
        : 'AIR_VERSION';
    if (typeof joined === 'string') {
      send({ type: 'refused', code: joined });
      line.close();
      return;
    }
    radio = joined.radio;
    open.add(() => joined.radio.close());
    open.add(
      radio.receptions.subscribe(({ frame, startMs, rssiDbm, snrDb }) =>
        send({ type: 'reception', frame, sinceMs: clock.now() - startMs, rssiDbm, snrDb }),
      ),
    );
    send({ type: 'welcome', id: joined.id });
  };

  const attend = (to: Radio, request: Exclude<Request, { type: 'hello' }>): void => {
    const { number } = request;
    // Who asks for something new has given up what it asked for before; a frame goes to its end.
    asked?.unsubscribe();
    const failed = ({ code }: TiesError): void => send({ type: 'failed', number, code });
    const complete = (): void => send({ type: 'done', number });
    switch (request.type) {
      case 'transmit':
        asked = to.transmit(request.frame).subscribe({ complete, error: failed });
        return;
      case 'sense':
        asked = to.senseActivity().subscribe({
          next: (activity) => send({ type: 'activity', number, ...activity }),
          error: failed,
        });
        return;
      case 'tune':
        asked = to.tune(request.modulation).subscribe({ complete, error: failed });
    }
  };

  const line = openLine({
    socket,
    decode: decodeRequest,
    heard: (request) => {
      if (request.type === 'hello' ? radio !== null : radio === null) throw malformed();
      if (request.type === 'hello') welcome(request);
      else attend(radio as Radio, request);
    },
    ended: () => {
      asked?.unsubscribe();
      open.unsubscribe();
      ended();
    },
  });
  const deadline = clock.setTimeout(() => {
    if (radio === null) line.close();
  }, HELLO_WITHIN_MS);
  open.add(() => clock.clearTimeout(deadline));
};
