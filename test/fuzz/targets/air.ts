import fc from 'fast-check';
import { type AnyValues, decodeBody, encodeBody } from '../../../protocol/body.ts';
import { concat, equalBytes } from '../../../protocol/bytes.ts';
import { open, seal } from '../../../protocol/envelope.ts';
import { decodeMembership, encodeMembership } from '../../../protocol/identity.ts';
import { presets } from '../../../protocol/lora/presets.ts';
import { MESSAGE_NAMES, specOf } from '../../../protocol/messages.ts';
import { unpack } from '../../../protocol/msgpack.ts';
import { parsePacket } from '../../../protocol/packet.ts';
import { decodeReading, encodeReading } from '../../../protocol/reading.ts';
import { Secret } from '../../../protocol/secret.ts';
import { Deframer, framed } from '../../../simulations/air-socket/framing.ts';
import { decodeReply, decodeRequest, encode } from '../../../simulations/air-socket/messages.ts';
import { decodeFrame, encodeFrame } from '../../../transports/lora/frame.ts';
import { bodyArbitrary, messageArbitrary, SEALED_NAMES } from '../../protocol/arbitrary.ts';
import type { Recorded } from '../recorded.ts';
import { holds, sampled, type Target } from './target.ts';

const KEY = new Secret(new Uint8Array(32));
const PLACE = { src: 1, dst: 2, epoch: 1, counter: 1 };

/** Bodies of every kind of the message table. */
const bodies = MESSAGE_NAMES.flatMap((name) =>
  sampled(bodyArbitrary(name)).map((values) => encodeBody(name, values)),
);
/** Whole messages of every kind, under one key at one place: what an insider can say. */
export const sealedUnderKey = SEALED_NAMES.flatMap((name) =>
  sampled(messageArbitrary(name)).map((message) =>
    seal({ ...message, ...PLACE, bound: new Uint8Array(0) } as never, KEY),
  ),
);
const readings = sampled(fc.integer({ min: -4000, max: 8500 })).map((temperature, number) =>
  encodeReading({
    ...{ temperatureC: temperature / 100, humidityPercent: 40, pressurePa: 101_325 },
    ...{ epoch: 1, number, uptimeS: 60 },
  }),
);
const memberships = ([1, 2] as const).map((centerSuite) =>
  encodeMembership({
    ...{ netId: new Uint8Array(8).fill(1), address: 2, centerSuite, rosterVersion: 7 },
    ...{ centerKey: new Uint8Array(centerSuite === 1 ? 33 : 256).fill(2) },
    rosterKey: new Uint8Array(33).fill(3),
  }),
);

/** A frame that is taken is written the same way again. */
const frame = (bytes: Uint8Array): unknown => {
  const decoded = decodeFrame(bytes);
  if (decoded !== null) holds(equalBytes(encodeFrame(decoded), bytes), 'another frame');
  return decoded;
};

const packet = (bytes: Uint8Array): unknown => {
  const parsed = parsePacket(bytes);
  if (typeof parsed !== 'string')
    holds(equalBytes(concat(parsed.open, parsed.sealed), bytes), 'another packet');
  return parsed;
};

const opened = (bytes: Uint8Array): unknown => {
  const parsed = parsePacket(bytes);
  if (typeof parsed === 'string' || specOf(parsed.name).protection.kind !== 'aead') return parsed;
  return open(parsed, PLACE, KEY);
};

/** A body that is taken has only values that the table allows: it can be said again. */
const bodyOfAny = (bytes: Uint8Array): unknown =>
  MESSAGE_NAMES.map((name) => {
    const body = decodeBody(name, bytes);
    if (body !== null) encodeBody(name, body as AnyValues);
    return body;
  });

const membership = (bytes: Uint8Array): unknown => {
  const decoded = decodeMembership(bytes);
  holds(equalBytes(encodeMembership(decoded), bytes), 'another join record');
  return decoded;
};

const MODULATION = presets.default;
const airMessages = [
  encode({ type: 'transmit', number: 1, frame: Uint8Array.of(1, 2, 3) }),
  encode({ type: 'sense', number: 2 }),
  encode({ type: 'tune', number: 3, modulation: MODULATION }),
  encode({
    ...{ type: 'hello', version: 1, id: 'N1', modulation: MODULATION },
    position: { x: 1, y: 2 },
  }),
  encode({
    ...{ type: 'reception', frame: Uint8Array.of(4), sinceMs: 10, rssiDbm: -90, snrDb: 7 },
  }),
];

export const airTargets = ({ frames, messages }: Recorded): readonly Target[] => [
  { name: 'link frame', take: frame, corpus: frames, weight: 200 },
  { name: 'packet', take: packet, corpus: [...messages, ...sealedUnderKey], weight: 200 },
  { name: 'sealed packet', take: opened, corpus: sealedUnderKey, weight: 80 },
  { name: 'msgpack', take: unpack, corpus: bodies, weight: 120 },
  { name: 'bodies', take: bodyOfAny, corpus: bodies, weight: 40 },
  { name: 'reading', take: decodeReading, corpus: readings, weight: 60 },
  { name: 'join record', take: membership, corpus: memberships, weight: 30 },
  {
    name: 'air socket',
    take: (bytes) =>
      new Deframer().push(bytes).map((message) => [decodeRequest(message), decodeReply(message)]),
    corpus: airMessages.map(framed),
    weight: 8,
  },
];
