import fc from 'fast-check';
import { roleSchema } from '../../config/role.ts';
import { type AnyValues, decodeBody, encodeBody } from '../../protocol/body.ts';
import { utf8 } from '../../protocol/bytes.ts';
import { open } from '../../protocol/envelope.ts';
import { decodeMembership } from '../../protocol/identity.ts';
import { formatLabel, parseLabel } from '../../protocol/label.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { MESSAGE_NAMES, type MessageName } from '../../protocol/messages.ts';
import { unpack } from '../../protocol/msgpack.ts';
import { parsePacket } from '../../protocol/packet.ts';
import { decodeReading } from '../../protocol/reading.ts';
import { Secret } from '../../protocol/secret.ts';
import { unmarshalPoint } from '../../protocol/tpm/ecc-point.ts';
import { parseKeyedHash } from '../../protocol/tpm/keyed-hash.ts';
import { unmarshalSensitive } from '../../protocol/tpm/sensitive.ts';
import { parseStorageKey } from '../../protocol/tpm/storage-key.ts';
import { decodeWrap } from '../../protocol/tpm/wrap.ts';
import { parseRequest } from '../../runtime/control/requests.ts';
import { decodeFrame } from '../../transports/lora/frame.ts';
import { channelOf } from '../../transports/trace/frame.ts';
import { decodeLoraTap, encodeLoraTap } from '../../transports/trace/loratap.ts';
import { bodyArbitrary } from '../protocol/arbitrary.ts';

/** Something that takes bytes from outside. It may throw a `TiesError`, and nothing else. */
export interface Target {
  readonly name: string;
  readonly take: (bytes: Uint8Array) => unknown;
  /** What it is given, before any of it is changed. */
  readonly corpus: readonly Uint8Array[];
  /** How many of a thousand inputs are for it. */
  readonly weight: number;
}

/** What was heard in a recorded run. */
export interface Recorded {
  readonly frames: readonly Uint8Array[];
  readonly messages: readonly Uint8Array[];
}

const SEED = { seed: 1, numRuns: 20 };
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** Bodies of every kind of the message table. */
const bodies = new Map<MessageName, readonly Uint8Array[]>(
  MESSAGE_NAMES.map((name) => [
    name,
    fc.sample(bodyArbitrary(name), SEED).map((values) => encodeBody(name, values as AnyValues)),
  ]),
);
const allBodies = [...bodies.values()].flat();
const words = fc.sample(fc.uint8Array({ maxLength: 120 }), SEED);
const wraps = [205, 428].map((length) => new Uint8Array(length).fill(3));

const KEY = new Secret(new Uint8Array(32));
const PLACE = { src: 1, dst: 2, epoch: 1, counter: 1 };

const ROLE = {
  ...{ role: 'node', radio: { preset: 'default' }, tpm: { kind: 'model' } },
  ...{ ktc: 'direct', peers: ['N2'], name: 'N1' },
};
const REQUESTS = ['status', 'leave', 'watch', 'backup']
  .map((verb) => ({ do: verb }) as object)
  .concat({ do: 'admit', label: 'TIES1-ABCDEFG' }, { do: 'session', peer: 'N2' });

/** Every decoder; actors that take bytes are in `network.ts`. */
export const targets = ({ frames, messages }: Recorded): readonly Target[] => {
  const traced = frames.map((frame) =>
    encodeLoraTap(
      {
        ...{ atNs: 0n, frame, channel: channelOf(presets.default), direction: null },
        ...{ rssiDbm: -90, snrDb: 7, comments: [] },
      } as never,
      0,
    ),
  );
  const label = formatLabel({
    devId: new Uint8Array(12).fill(7),
    accessKey: new Secret(new Uint8Array(16).fill(9)),
  } as never);
  return [
    { name: 'link frame', take: decodeFrame, corpus: frames, weight: 200 },
    { name: 'packet', take: parsePacket, corpus: messages, weight: 200 },
    {
      name: 'sealed packet',
      take: (bytes) => {
        const packet = parsePacket(bytes);
        if (
          typeof packet !== 'string' &&
          packet.name !== 'roster.delta' &&
          packet.name !== 'roster.page'
        )
          return open(packet, PLACE, KEY);
        return null;
      },
      corpus: messages,
      weight: 60,
    },
    { name: 'msgpack', take: unpack, corpus: allBodies, weight: 150 },
    {
      name: 'bodies',
      take: (bytes) => MESSAGE_NAMES.map((name) => decodeBody(name, bytes)),
      corpus: allBodies,
      weight: 40,
    },
    { name: 'reading', take: decodeReading, corpus: allBodies, weight: 60 },
    { name: 'join record', take: decodeMembership, corpus: words, weight: 40 },
    { name: 'wrap, P-256', take: (bytes) => decodeWrap(1, bytes), corpus: wraps, weight: 30 },
    { name: 'wrap, RSA', take: (bytes) => decodeWrap(2, bytes), corpus: wraps, weight: 30 },
    { name: 'TPM key, keyed hash', take: parseKeyedHash, corpus: words, weight: 40 },
    { name: 'TPM key, storage', take: parseStorageKey, corpus: words, weight: 40 },
    { name: 'TPM sensitive', take: unmarshalSensitive, corpus: words, weight: 30 },
    { name: 'TPM point', take: unmarshalPoint, corpus: words, weight: 20 },
    { name: 'LoRaTap', take: decodeLoraTap, corpus: traced, weight: 30 },
    { name: 'label', take: (bytes) => parseLabel(text(bytes)), corpus: [utf8(label)], weight: 10 },
    {
      name: 'control request',
      take: (bytes) => parseRequest(text(bytes)),
      corpus: REQUESTS.map((request) => utf8(JSON.stringify(request))),
      weight: 15,
    },
    {
      name: 'role file',
      take: (bytes) => {
        try {
          return roleSchema.safeParse(JSON.parse(text(bytes)));
        } catch (error) {
          if (error instanceof SyntaxError) return null;
          throw error;
        }
      },
      corpus: [utf8(JSON.stringify(ROLE))],
      weight: 5,
    },
  ];
};
