import { expect, test } from 'vitest';
import { CHANNEL, traced } from '../../test/trace/frames.ts';
import { decodeLoraTap, encodeLoraTap } from './loratap.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('version 0 is laid out as loratap.h says', () => {
  expect(hex(encodeLoraTap(traced(), 0))).toBe(
    ['00', '00', '000f', '33d3e608', '02', '07', '3b', 'ff', 'ff', '25', '12', '010203'].join(''),
  );
});

test('version 1 adds microseconds, a CRC that holds and the coding rate', () => {
  const bytes = hex(encodeLoraTap(traced({ atNs: 5_000_000n }), 1));
  expect(bytes.slice(0, 8)).toBe('01000023');
  expect(bytes.slice(30)).toBe(
    ['0000000000000000', '00001388', '08', '05', '0000', '00', '00', '0000', '010203'].join(''),
  );
});

test.each([0, 1] as const)('what is written in version %i is read again', (version) => {
  const { channel, frame, rssiDbm, snrDb } = traced();
  expect(decodeLoraTap(encodeLoraTap(traced(), version))).toEqual({
    channel: { ...channel, codingRateDenominator: version === 1 ? 5 : null },
    ...{ frame, rssiDbm, snrDb },
  });
});

test.each([
  { what: 'a negative SNR', given: { rssiDbm: -120, snrDb: -7.25 }, read: {} },
  { what: 'none at all', given: { rssiDbm: null, snrDb: null }, read: {} },
  { what: 'too weak', given: { rssiDbm: -150, snrDb: -40 }, read: { rssiDbm: -139, snrDb: -32 } },
  { what: 'too strong', given: { rssiDbm: 200, snrDb: 40 }, read: { rssiDbm: 115, snrDb: 31.75 } },
])('$what is kept as far as it goes', ({ given, read }) => {
  expect(decodeLoraTap(encodeLoraTap(traced(given), 0))).toMatchObject({ ...given, ...read });
});

test('a longer header of a later version is passed over', () => {
  const bytes = Buffer.concat([
    encodeLoraTap(traced({ frame: new Uint8Array(0) }), 1),
    Buffer.alloc(5),
    Buffer.from('abc'),
  ]);
  bytes[0] = 2;
  bytes[3] = 40;
  expect(decodeLoraTap(bytes)?.frame).toEqual(Buffer.from('abc'));
});

test.each([
  { what: 'too short', change: (bytes: Uint8Array) => bytes.subarray(0, 14) },
  { what: 'shorter than any', change: (bytes: Uint8Array) => bytes.with(3, 14) },
  { what: 'longer than the packet', change: (bytes: Uint8Array) => bytes.with(2, 1) },
])('a header that is $what is none', ({ change }) => {
  expect(decodeLoraTap(change(encodeLoraTap(traced(), 0)))).toBeNull();
});

test('a coding rate that there is not is not known', () => {
  const bytes = encodeLoraTap(traced(), 1).with(28, 9);
  expect(decodeLoraTap(bytes)?.channel).toEqual({ ...CHANNEL, codingRateDenominator: null });
});
