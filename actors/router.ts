import { type EventObject, fromCallback } from 'xstate';
import type { AnyValues } from '../protocol/body.ts';
import { decodeBody } from '../protocol/body.ts';
import { equalBytes, sha256 } from '../protocol/bytes.ts';
import { open, type Place } from '../protocol/envelope.ts';
import type { KeyLog } from '../protocol/key-log.ts';
import { type MessageName, specOf } from '../protocol/messages.ts';
import { type Packet, type PacketFault, parsePacket, SIGNATURE_BYTES } from '../protocol/packet.ts';
import type { Secret } from '../protocol/secret.ts';
import type { ReplayWindow } from '../protocol/window.ts';
import type { IncomingMessage, OutgoingMessage } from '../transports/lora/interface.ts';
import type { Answers, Request } from './answers.ts';
import type { Heard } from './radio.ts';

/** A key a message may have been sealed under, and what follows if it was. */
export interface Candidate {
  readonly secret: Secret;
  readonly place: Omit<Place, 'counter'>;
  /** Where the protocol run itself refuses replays there is no window. */
  readonly window?: ReplayWindow;
  readonly bound?: Uint8Array;
  /** What the opener wants to know again when this one fits. */
  readonly note?: unknown;
  /** The tag did not hold under this key. */
  readonly failed?: () => void;
}

/**
 * Finds candidates for a message of a known form, or says why there are none. Only here may TPM
 * work be spent before a tag is checked, and only at a bounded rate.
 */
export type Opener = (
  packet: Packet,
  heard: IncomingMessage,
) => Promise<readonly Candidate[] | Refused> | readonly Candidate[] | Refused;

/** Why a message was refused: each a rule that nothing unproven passes. */
export type Refused =
  | PacketFault
  | 'not-for-this-role'
  | 'other-network'
  | 'unknown-source'
  | 'rate'
  /** Said under epochs that are over. */
  | 'stale-epoch'
  /** What is new and what is old, this node knows only when it has rejoined. */
  | 'rejoining'
  /** A node that has long heard nothing of its Central Entity talks to no peer. */
  | 'center-silent'
  | 'replay'
  | 'tag'
  | 'body'
  | 'repeated'
  | 'unknown-key'
  | 'no-key';

/** How a message was opened: the host's side of a `Received` event. */
export interface OpenedRecord {
  readonly request: Request;
  readonly heard: IncomingMessage;
  /** What the opener noted at the candidate that fitted. */
  readonly note: unknown;
}

/** An authenticated message on its way to a protocol actor. */
export interface Opened extends OpenedRecord {
  readonly type: 'message.opened';
  readonly name: MessageName;
  /** Event for the machine: see `Received`. */
  readonly event: EventObject & {
    readonly from: number;
    readonly clear: AnyValues;
    readonly body: AnyValues;
    readonly opened?: OpenedRecord;
  };
}

/** A message that changed nothing. */
export interface MessageRefused {
  readonly type: 'message.refused';
  readonly name: MessageName | null;
  readonly from: number;
  readonly reason: Refused;
}

/** What a role tells the router of itself. */
export interface Routing {
  readonly openers: Readonly<Partial<Record<MessageName, Opener>>>;
  readonly answers: Answers;
  /** Put a cached answer on the air again. */
  readonly resend: (answer: OutgoingMessage) => void;
  readonly keyLog?: KeyLog | undefined;
}

/** Messages of one source that may wait behind one whose key the TPM derives; it may take a minute. */
export const MAX_WAITING = 16;

/** The messages of one source, taken in the order they came. */
interface Line {
  waiting: number;
  last: Promise<void>;
}

/**
 * From a message to an event: form, source, repeats, counter window, tag, in that order, each
 * cheaper than the next. Messages of one source are taken in the order they came.
 */
export const routerLogic = fromCallback<Heard, Routing>(({ input, receive, sendBack }) => {
  const lines = new Map<number, Line>();
  receive(({ message }) => {
    const { src } = message;
    const line = lines.get(src) ?? { waiting: 0, last: Promise.resolve() };
    if (line.waiting >= MAX_WAITING) {
      sendBack(unread(message, 'rate'));
      return;
    }
    lines.set(src, line);
    line.waiting += 1;
    line.last = line.last
      .then(() => route(input, message))
      .catch((): MessageRefused => unread(message, 'no-key'))
      .then((routed) => {
        line.waiting -= 1;
        if (line.waiting === 0) lines.delete(src);
        sendBack(routed);
      });
  });
});

/** There was no room for it, or the TPM did not give the key that it may be sealed under. */
const unread = (message: IncomingMessage, reason: Refused): MessageRefused => ({
  ...{ type: 'message.refused', name: null, from: message.src, reason },
});

async function route(routing: Routing, heard: IncomingMessage): Promise<Opened | MessageRefused> {
  const packet = parsePacket(heard.payload);
  const refused = (reason: Refused): MessageRefused => ({
    type: 'message.refused',
    name: typeof packet === 'string' ? null : packet.name,
    from: heard.src,
    reason,
  });
  if (typeof packet === 'string') return refused(packet);
  const opener = routing.openers[packet.name];
  if (opener === undefined) return refused('not-for-this-role');
  const repeat = routing.answers.repeat(heard.src, packet.name, heard.payload);
  if (repeat !== null) {
    if (repeat !== 'ignore') routing.resend(repeat);
    return refused('repeated');
  }
  const candidates = await opener(packet, heard);
  if (typeof candidates === 'string') return refused(candidates);
  return specOf(packet.name).protection.kind === 'signature'
    ? takeSigned(packet, heard, refused)
    : tryCandidates(routing, packet, heard, candidates, refused);
}

function tryCandidates(
  routing: Routing,
  packet: Packet,
  heard: IncomingMessage,
  candidates: readonly Candidate[],
  refused: (reason: Refused) => MessageRefused,
): Opened | MessageRefused {
  let reason: Refused = 'unknown-source';
  for (const candidate of candidates) {
    const { window, place } = candidate;
    const counter =
      packet.name === 'data' && window !== undefined
        ? window.expand(packet.counter)
        : packet.counter;
    if (window !== undefined && !window.admits(counter)) {
      reason = 'replay';
      continue;
    }
    const body = open(packet, { ...place, counter }, candidate.secret, candidate.bound);
    if (typeof body === 'string') {
      if (body === 'tag') candidate.failed?.();
      reason = body;
      continue;
    }
    window?.mark(counter);
    routing.keyLog?.({ name: packet.name, ...place, key: candidate.secret });
    const { name } = packet;
    const request = { from: heard.src, name, counter, digest: sha256(heard.payload) };
    if (name !== 'data') routing.answers.begin(request);
    const opened = { request, heard, note: candidate.note };
    const event = { type: specOf(name).fact, name, from: place.src, clear: packet.clear, body };
    return { type: 'message.opened', name, ...opened, event: { ...event, opened } };
  }
  return refused(reason);
}

/** Whether the signature holds is for the roster's own machine, which knows what it extends. */
function takeSigned(
  packet: Packet,
  heard: IncomingMessage,
  refused: (reason: Refused) => MessageRefused,
): Opened | MessageRefused {
  const { name, clear, counter } = packet;
  const { body, signed, signature, digest } = partsOf(packet, heard.payload);
  if (body === null) return refused('body');
  const type = specOf(name).fact;
  const event = { type, name, from: heard.src, clear, body, signed, signature };
  const request = { from: heard.src, name, counter, digest };
  return { type: 'message.opened', name, event, request, heard, note: null };
}

/** A signed message taken apart. */
interface Parts {
  readonly payload: Uint8Array;
  readonly body: AnyValues | null;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly digest: Uint8Array;
}

/** The last of them: a broadcast is heard three times, and by every device of this process. */
let last: Parts | null = null;

const partsOf = ({ name, sealed }: Packet, payload: Uint8Array): Parts => {
  if (last !== null && equalBytes(last.payload, payload)) return last;
  const signatureAt = sealed.length - SIGNATURE_BYTES;
  const signed = sealed.slice(0, signatureAt);
  last = {
    payload: payload.slice(),
    body: decodeBody(name, signed),
    signed,
    signature: sealed.slice(signatureAt),
    digest: sha256(payload),
  };
  return last;
};
