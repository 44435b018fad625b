import fc from 'fast-check';
import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { pack } from '../../protocol/msgpack.ts';
import { MAX_MESSAGE_BYTES } from './framing.ts';
import { decodeReply, decodeRequest, encode, type Reply, type Request } from './messages.ts';

const modulation = { ...presets.range, bandwidthHz: 7812.5, powerDbm: -3.5 };
const frame = new Uint8Array(255).fill(0xff);
const number = 2 ** 32 - 1;

const requests: readonly Request[] = [
  {
    ...{ type: 'hello', version: 1, id: 'ä'.repeat(64), modulation },
    position: { x: -1234.567, y: 0.001 },
  },
  { type: 'hello', version: 1, id: null, position: { x: 0, y: 0 }, modulation: presets.paper },
  { type: 'transmit', number, frame },
  { type: 'sense', number: 0 },
  { type: 'tune', number, modulation },
];

const replies: readonly Reply[] = [
  { type: 'welcome', id: 'a' },
  { type: 'refused', code: 'AIR_ID_TAKEN' },
  { type: 'done', number },
  { type: 'failed', number, code: 'RADIO_BUSY' },
  { type: 'activity', number, detected: true, receiving: false, rssiDbm: -117.03 },
  { type: 'reception', frame, sinceMs: 399.616, rssiDbm: -80.09, snrDb: 31.75 },
];

test.each(requests)('$type goes there', (request) => {
  expect(decodeRequest(encode(request))).toEqual(request);
  expect(decodeReply(encode(request))).toBeNull();
});

test.each(replies)('$type comes back', (reply) => {
  expect(decodeReply(encode(reply))).toEqual(reply);
  expect(decodeRequest(encode(reply))).toBeNull();
});

test('all of them are shorter than the longest there may be', () => {
  for (const message of [...requests, ...replies])
    expect(encode(message).length).toBeLessThan(MAX_MESSAGE_BYTES / 2);
});

const hello = (change: (wire: unknown[]) => void): Uint8Array => {
  const wire: unknown[] = ['hello', 1, 'a', [0, 0], [868_100_000, 7, 125_000_000, 5, 8, 18, 1400]];
  change(wire);
  return pack(wire as never);
};

test('a message that is not quite right is none', () => {
  expect(decodeRequest(hello(() => {}))).not.toBeNull();
  const wrong: ((wire: unknown[]) => void)[] = [
    (wire) => wire.push(0),
    (wire) => wire.pop(),
    (wire) => wire.splice(2, 1, ''),
    (wire) => wire.splice(2, 1, 'a'.repeat(65)),
    (wire) => wire.splice(3, 1, [0]),
    (wire) => wire.splice(3, 1, [2e9, 0]),
    (wire) => (wire[4] as unknown[]).splice(1, 1, 13),
    (wire) => (wire[4] as unknown[]).splice(2, 1, 0),
    (wire) => (wire[4] as unknown[]).splice(4, 1, 0),
  ];
  for (const change of wrong) expect(decodeRequest(hello(change))).toBeNull();
  expect(decodeRequest(pack(['transmit', 1, new Uint8Array(0)]))).toBeNull();
  expect(decodeRequest(pack(['transmit', 1, new Uint8Array(256)]))).toBeNull();
  expect(decodeReply(pack(['failed', 1, 'please send money']))).toBeNull();
});

test('random bytes are no message, and do no harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect([decodeRequest(bytes), decodeReply(bytes)]).toEqual([null, null]);
    }),
  );
});
