import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deframer, framed, MAX_MESSAGE_BYTES } from './framing.ts';

const message = fc.uint8Array({ minLength: 1, maxLength: 300 });

test('messages come out as they went in, wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat(700)), (messages, cuts) => {
      const stream = Uint8Array.from(messages.flatMap((one) => [...framed(one)]));
      const deframer = new Deframer();
      const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const out = edges.flatMap((edge, i) =>
        deframer.push(stream.subarray(edge, Math.max(edge, edges[i + 1] ?? edge))),
      );
      expect(out.map((one) => [...one])).toEqual(messages.map((one) => [...one]));
    }),
  );
});

test.each([0, MAX_MESSAGE_BYTES + 1, 0xffff])('a length of %i is refused', (length) => {
  const refused = expect.objectContaining({ code: 'AIR_MALFORMED' });
  const bytes = Uint8Array.of(length >> 8, length & 0xff);
  expect(() => new Deframer().push(bytes)).toThrow(refused);
  expect(() => new Deframer().push(bytes.subarray(0, 1))).not.toThrow();
});
