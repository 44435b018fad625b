import type { RawData, WebSocket } from 'ws';
import { guestEvent } from './guests.ts';
import { paceRequest } from './pace-request.ts';
import type { InspectorInput } from './server.ts';

/** What is written to a viewer before it has taken that, it is not written more. */
const BATCH_BYTES = 256 * 1024;
/** A viewer is told of what happens at most this often: a screen shows no more. */
const PAUSE_MS = 33;
/** What is none of its business may a viewer say so often; then it is shown the door. */
const MAX_FAULTS = 20;
/** Closing codes of RFC 6455, §7.4.1. */
const POLICY_VIOLATION = 1008;

type Write = (events: readonly string[], taken: () => void) => void;

/** Write what there is, wait until it is taken, pause, and again: at the viewer's own speed. */
const pour = (client: WebSocket, { hub, clock }: InspectorInput, write: Write): void => {
  const reader = hub.watch();
  let timer: unknown;
  const isOpen = (): boolean => client.readyState === client.OPEN;
  const next = (): void => {
    if (!isOpen()) return;
    const events = reader.read(BATCH_BYTES);
    if (events.length === 0) reader.whenMore(rest);
    else write(events, rest);
  };
  const rest = (): void => {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(next, PAUSE_MS);
  };
  client.once('close', () => {
    clock.clearTimeout(timer);
    reader.close();
  });
  next();
};

const textOf = (data: RawData): string => data.toString();

/** Count what a client says that nobody understands. */
const faults = (client: WebSocket, { tell }: InspectorInput): (() => void) => {
  let count = 0;
  return () => {
    count += 1;
    if (count === 1) tell({ type: 'inspect.malformed', reason: 'message' });
    if (count > MAX_FAULTS) client.close(POLICY_VIOLATION);
  };
};

/** The page: lists of events, and it may set the pace. */
export const servePage = (client: WebSocket, input: InspectorInput): void => {
  const fault = faults(client, input);
  client.on('message', (data) => {
    const request = paceRequest(textOf(data));
    if (request === null || input.ask === undefined) fault();
    else input.ask(request);
  });
  pour(client, input, (events, taken) => client.send(`[${events.join(',')}]`, () => taken()));
};

/**
 * A program that speaks as `@statelyai/inspect`: it reads its three events, and may tell its own,
 * which stand beside ours as those of a device of this name.
 */
export const serveProgram = (client: WebSocket, input: InspectorInput, guest: string): void => {
  const fault = faults(client, input);
  client.on('message', (data) => {
    const { clock, epochMs } = input.hub;
    const event = guestEvent(textOf(data), { guest, atMs: clock.now(), epochMs });
    if (event === null) fault();
    else input.hub.tell(event);
  });
  pour(client, input, (events, taken) => {
    const theirs = events.filter((event) => event.startsWith('{"type":"@xstate.'));
    const last = theirs.pop();
    for (const event of theirs) client.send(event);
    if (last === undefined) taken();
    else client.send(last, () => taken());
  });
};
