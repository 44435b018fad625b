import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { untimed } from './transcript.ts';
import { bytes, linkWorld, type WorldInput } from './world.ts';

/** Messages to a peer that takes so long to answer, one after the other. */
const toSlow = async (turnaroundMs: number, input: WorldInput, count: number) => {
  const world = linkWorld({
    turnaroundMsFor: (name) => (name === 'b' ? turnaroundMs : 5),
    ...input,
  });
  for (let number = 0; number < count; number += 1) {
    const sent = world.send('a', 'b', bytes(300, number));
    await world.clock.runUntil(() => sent.isOver);
    expect(sent.fault).toBeNull();
    await world.clock.advance(100);
  }
  expect(world.inbox('b')).toHaveLength(count);
  return world;
};

const MODULATIONS = [presets.default, presets.paper, presets.range];

test.each(MODULATIONS)(
  'a peer that takes 25 ms to answer is not asked (%o)',
  async (modulation) => {
    const { transcript } = await toSlow(25, { modulation }, 20);
    expect(untimed(transcript).filter((line) => line === 'a ask')).toEqual([]);
  },
);

test('one that takes 60 ms is not asked any more once that is known', async () => {
  const { transcript } = await toSlow(60, { modulation: presets.default }, 60);
  const lines = untimed(transcript);
  const half = lines.slice(lines.length / 2);
  expect(half.filter((line) => line === 'a ask')).toEqual([]);
});

test.each([25, 60])('at 0.3 loss everything reaches one that takes %d ms', async (turnaroundMs) => {
  await toSlow(turnaroundMs, { modulation: presets.default, loss: 0.3 }, 60);
});
