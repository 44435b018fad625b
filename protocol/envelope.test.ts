import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageArbitrary, placeArbitrary, SEALED_NAMES } from '../test/protocol/arbitrary.ts';
import { ccmSeal } from '../test/protocol/ccm.ts';
import { type AnyValues, encodeBody } from './body.ts';
import { concat, readUint, toHex, uintBytes, utf8 } from './bytes.ts';
import { nonce, open, type Place, type Sealable, seal } from './envelope.ts';
import { type MessageName, specOf } from './messages.ts';
import { encodeOpen, type Packet, parsePacket, tagBytes } from './packet.ts';
import { Secret } from './secret.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const outside = expect.objectContaining({ code: 'TIES_FIELD' });
const key = new Secret(Uint8Array.from({ length: 32 }, (_, index) => index));
const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);

type Message = ReturnType<typeof messageArbitrary> extends fc.Arbitrary<infer M> ? M : never;

const sealed = ({ name, kid, place, clear, body, bound }: Message, under = key): Uint8Array =>
  seal({ name, kid, ...place, clear, body, bound } as unknown as Sealable<MessageName>, under);
const parsed = (bytes: Uint8Array): Packet => parsePacket(bytes) as Packet;
const sampleOf = (name: MessageName): Message => fc.sample(messageArbitrary(name), 1)[0] as Message;

describe('every sealed message of the table', () => {
  test.each(SEALED_NAMES)('%s opens as it was sealed', (name) => {
    fc.assert(
      fc.property(messageArbitrary(name), (message) => {
        const packet = parsed(sealed(message));
        expect(packet.clear).toEqual(message.clear);
        expect(open(packet, message.place, key, message.bound)).toEqual(message.body);
      }),
      { numRuns: 25 },
    );
  });

  test.each(SEALED_NAMES)('%s with any single bit flipped does not', (name) => {
    const message = sampleOf(name);
    const whole = sealed(message);
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const at = bit >> 3;
      const garbled = whole.with(at, (whole[at] as number) ^ (1 << (bit & 7)));
      const packet = parsePacket(garbled);
      if (typeof packet === 'string' || !SEALED_NAMES.includes(packet.name)) {
        const header = 6 + (name === 'K2.indirect' ? 6 : 0);
        expect(at, `${packet}`).toBeLessThan(header);
      } else expect(open(packet, message.place, key, message.bound)).toBe('tag');
    }
  });

  test.each(SEALED_NAMES)('%s does not open elsewhere, or under another key or bond', (name) => {
    const message = sampleOf(name);
    const packet = parsed(sealed(message));
    const { src, dst, epoch, counter } = message.place;
    const elsewhere: readonly Partial<Place>[] = [
      { src: src ^ 1 },
      { src: src ^ 0x8000 },
      { dst: dst ^ 1 },
      { dst: dst ^ 0x8000 },
      { epoch: (epoch ^ 1) >>> 0 },
      { epoch: (epoch ^ 0x80000000) >>> 0 },
      { counter: (counter ^ 1) >>> 0 },
      { counter: (counter ^ 0x80000000) >>> 0 },
    ];
    for (const place of elsewhere)
      expect(open(packet, { ...message.place, ...place }, key, message.bound)).toBe('tag');
    if (src !== dst) {
      const reflected = { ...message.place, src: dst, dst: src };
      expect(open(packet, reflected, key, message.bound)).toBe('tag');
    }

    const { bound } = message;
    for (const other of [concat(bound, Uint8Array.of(0)), concat(Uint8Array.of(0), bound)])
      expect(open(packet, message.place, key, other)).toBe('tag');
    if (bound.length > 0) expect(open(packet, message.place, key)).toBe('tag');

    for (const byte of [0, 15, 31]) {
      const bytes = key.reveal();
      const other = new Secret(bytes.with(byte, (bytes[byte] as number) ^ 0x80));
      expect(open(packet, message.place, other, bound)).toBe('tag');
    }
  });

  test.each(SEALED_NAMES)('%s is not to be had for any other', (name) => {
    const message = sampleOf(name);
    const whole = sealed(message);
    for (const other of SEALED_NAMES.filter((one) => one !== name)) {
      const packet = parsePacket(whole.with(0, specOf(other).id));
      if (typeof packet !== 'string')
        expect(open(packet, message.place, key, message.bound), other).toBe('tag');
    }
  });

  test.each(SEALED_NAMES)('%s has a tag of its row’s length behind the body', (name) => {
    const message = sampleOf(name);
    const { protection } = specOf(name);
    const { open: head, sealed: tail } = parsed(sealed(message));
    expect(head).toEqual(
      encodeOpen({ name, kid: message.kid, counter: message.place.counter }, message.clear),
    );
    expect(tail.length - encodeBody(name, message.body as AnyValues).length).toBe(
      protection.kind === 'aead' ? protection.tagBytes : 0,
    );
  });
});

describe('the cipher', () => {
  test('by hand is that of RFC 3610, packet vector 1', () => {
    const bytes = ccmSeal({
      key: hex('c0c1c2c3c4c5c6c7c8c9cacbcccdcecf'),
      nonce: hex('00000003020100a0a1a2a3a4a5'),
      associated: hex('0001020304050607'),
      plaintext: hex('08090a0b0c0d0e0f101112131415161718191a1b1c1d1e'),
      tagBytes: 8,
    });
    expect(toHex(bytes)).toBe('588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0');
  });

  test('seals what the cipher by hand seals', () => {
    const messages = fc.constantFrom(...SEALED_NAMES).chain(messageArbitrary);
    fc.assert(
      fc.property(messages, (message) => {
        const { name, kid, place, clear, body, bound } = message as Message;
        const head = encodeOpen({ name, kid, counter: place.counter }, clear);
        const tail = ccmSeal({
          key: key.reveal(),
          nonce: nonce(name, place),
          associated: concat(head, uintBytes(place.src, 2), uintBytes(place.dst, 2), bound),
          plaintext: encodeBody(name, body),
          tagBytes: tagBytes(name),
        });
        expect(sealed(message as Message)).toEqual(concat(head, tail));
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is sealed stays what it is today', () => {
  test('J2, bound to J1', () => {
    const bytes = seal<'J2'>(
      {
        name: 'J2',
        kid: 0,
        src: 1,
        dst: 65_300,
        epoch: 9,
        counter: 1,
        clear: { devId: filled(8, 0xd1), epoch: 9, share: filled(32, 0x5e) },
        body: { netId: filled(8, 0xa1), address: 2, rosterVersion: 256 },
        bound: utf8('J1 as it came'),
      },
      key,
    );
    expect(toHex(bytes)).toBe(
      `020000000001${'d1'.repeat(8)}00000009${'5e'.repeat(32)}e483b08259aaf1b4db06fc2822b3429cfb917ce78b711d14d47815561baf8c`,
    );
  });

  test('J5, with nothing inside', () => {
    const place = { kid: 0x2a, src: 2, dst: 1, epoch: 7, counter: 3 };
    const bytes = seal<'J5'>({ name: 'J5', ...place, clear: {}, body: {} }, key);
    expect(toHex(bytes)).toBe('052a0000000310d1483f2eae17fdaae95f4983bb8672');
  });

  test('C1, with a tag of 8', () => {
    const place = { kid: 0x2a, src: 2, dst: 3, epoch: 0x05060708, counter: 0x01020304 };
    const challenge = hex('0001020304050607');
    const bytes = seal<'C1'>(
      { name: 'C1', ...place, clear: { epoch: place.epoch }, body: { challenge } },
      key,
    );
    expect(toHex(bytes)).toBe('112a01020304050607087e8ac9800aaa13d9ebc08f66ae9df929ba70c4');
  });

  test('data, of whose counter only 16 bits travel', () => {
    const place = { kid: 0x2a, src: 3, dst: 2, epoch: 7, counter: 0x00012345 };
    const bytes = seal<'data'>(
      { name: 'data', ...place, clear: {}, body: { payload: utf8('hello') } },
      key,
    );
    expect(toHex(bytes)).toBe('1b2a2345e9f5c081cabfeab933901f4be1');
    expect(open(parsed(bytes), place, key)).toEqual({ payload: utf8('hello') });
    expect(open(parsed(bytes), { ...place, counter: 0x2345 }, key)).toBe('tag');
  });
});

test('a body that authenticates and is not as the table says is refused as a body', () => {
  const place = { src: 2, dst: 1, epoch: 7, counter: 3 };
  const forged = (name: MessageName, plaintext: Uint8Array): Packet => {
    const head = encodeOpen({ name, kid: 0, counter: place.counter }, {});
    const associated = concat(head, uintBytes(place.src, 2), uintBytes(place.dst, 2));
    const under = { key: key.reveal(), nonce: nonce(name, place), tagBytes: tagBytes(name) };
    return parsed(concat(head, ccmSeal({ ...under, associated, plaintext })));
  };
  expect(open(forged('peer.query', hex('91c4020005')), place, key)).toEqual({
    peer: Uint8Array.of(0, 5),
  });
  for (const plaintext of [
    '',
    '9105',
    '05',
    '92c402000505',
    '91d40100',
    '91c4020005c0',
    '81a16105',
  ])
    expect(open(forged('peer.query', hex(plaintext)), place, key)).toBe('body');
  expect(open(forged('J5', new Uint8Array(0)), place, key)).toEqual({});
  expect(open(forged('J5', hex('90')), place, key)).toBe('body');
});

describe('a nonce', () => {
  const names = fc.constantFrom(...SEALED_NAMES);

  test('is 13 bytes from which type, source, destination, epoch and counter read back', () => {
    fc.assert(
      fc.property(names, placeArbitrary, (name, place) => {
        const bytes = nonce(name, place);
        expect(bytes.length).toBe(13);
        expect(bytes[0]).toBe(specOf(name).id);
        expect({
          src: readUint(bytes, 1, 2),
          dst: readUint(bytes, 3, 2),
          epoch: readUint(bytes, 5, 4),
          counter: readUint(bytes, 9, 4),
        }).toEqual(place);
      }),
    );
  });

  test('is never that of another message or place, close as they may be', () => {
    const near = fc.record({
      name: names,
      src: fc.constantFrom(0, 1, 2, 256, 65_535),
      dst: fc.constantFrom(0, 1, 2, 256, 65_535),
      epoch: fc.constantFrom(0, 1, 2, 256, 65_536, 2 ** 32 - 1),
      counter: fc.constantFrom(0, 1, 2, 256, 65_536, 2 ** 32 - 1),
    });
    fc.assert(
      fc.property(near, near, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(toHex(nonce(a.name, a)) === toHex(nonce(b.name, b))).toBe(same);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    { src: 65_536 },
    { dst: -1 },
    { epoch: 2 ** 32 },
    { epoch: 0.5 },
    { counter: 2 ** 32 },
    { counter: -1 },
  ])('stands for no place such as %o', (beyond) => {
    const place = { src: 2, dst: 1, epoch: 7, counter: 3, ...beyond };
    const message = { name: 'J5', kid: 0, ...place, clear: {}, body: {} } as const;
    expect(() => seal<'J5'>(message, key)).toThrow(outside);
  });
});
