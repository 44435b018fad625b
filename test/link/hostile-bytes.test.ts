import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalBytes } from '../../protocol/bytes.ts';
import { firstSeq, hostileWorld, names, recordedFrames } from './hostile-air.ts';
import { bytes } from './world.ts';

const WORLD = { seed: 7, loss: 0.1 };
/** Long after every sender has given up. */
const LATER_MS = 600_000;

const message = Uint8Array.from({ length: 600 }, (_, i) => (i * 7) ^ (i >> 4));
const recorded = await recordedFrames(3);
const ownSeq = await firstSeq(WORLD, 'a', 'b');

const damage = fc.record({
  index: fc.nat(),
  changes: fc.array(fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) }), {
    maxLength: 4,
  }),
  seq: fc.option(fc.constant(ownSeq)),
  cut: fc.option(fc.nat()),
});

const damaged = damage.map(({ index, changes, seq, cut }): Uint8Array => {
  const original = recorded[index % recorded.length] as Uint8Array;
  const frame = original.slice(0, cut === null ? undefined : 1 + (cut % original.length));
  for (const { at, by } of changes) {
    const place = at % frame.length;
    frame[place] = (frame[place] as number) ^ by;
  }
  if (seq !== null) frame[(frame[0] as number) >> 3 === 0b01001 ? 4 : 6] = seq;
  return frame;
});

const anything = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 255, size: 'max' }), damaged);
const heard = fc.array(
  fc.record({ frame: anything, by: fc.constantFrom('a', 'b'), afterMs: fc.nat({ max: 150 }) }),
  { maxLength: 30 },
);

/** A message on its way while both ends hear these frames, until all is quiet. */
const exchangeAmid = async (
  frames: readonly { frame: Uint8Array; by: string; afterMs: number }[],
) => {
  const world = hostileWorld(WORLD);
  const sent = world.send('a', 'b', message);
  for (const { frame, by, afterMs } of frames) {
    await world.clock.advance(afterMs);
    world.inject(by, frame);
  }
  const untilMs = world.clock.now() + LATER_MS;
  await world.clock.runUntil(() => false, untilMs);
  return { world, sent, isQuiet: world.clock.now() < untilMs };
};

test('whatever both ends hear, an exchange ends, leaves no timer, and the next one works', async () => {
  await fc.assert(
    fc.asyncProperty(heard, async (frames) => {
      const { world, sent, isQuiet } = await exchangeAmid(frames);
      expect({ isOver: sent.isOver, isQuiet }).toEqual({ isOver: true, isQuiet: true });
      const next = world.send('a', 'b', bytes(300));
      await world.clock.runUntil(() => next.isOver);
      expect(next.delivery).not.toBeNull();
      expect(world.inbox('b').at(-1)?.payload).toEqual(bytes(300));
    }),
    { numRuns: 100 },
  );
});

test('what has not its number leaves a message in flight whole', async () => {
  const others = heard.map((frames) => frames.filter(({ frame }) => !names(frame, ownSeq)));
  await fc.assert(
    fc.asyncProperty(others, async (frames) => {
      const { world, sent } = await exchangeAmid(frames);
      expect(sent.delivery).not.toBeNull();
      const arrived = world.inbox('b').filter(({ payload }) => equalBytes(payload, message));
      expect(arrived).toHaveLength(1);
    }),
    { numRuns: 100 },
  );
});
