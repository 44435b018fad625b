import { expect, test } from 'vitest';
import { type PresetName, presets } from '../../protocol/lora/presets.ts';
import { decodeFrame } from '../../transports/lora/frame.ts';
import { BROADCAST } from '../../transports/lora/interface.ts';
import { bytes, linkWorld } from './world.ts';

test.each(Object.keys(presets) as PresetName[])(
  'what was left of a message is forgotten when its number comes round (%s)',
  async (preset) => {
    const lostOfFirst = [1, 2];
    const lostOfSecond = [0];
    let lost = lostOfFirst;
    const seqs: number[] = [];
    const world = linkWorld({
      modulation: presets[preset],
      lose: ({ frame }, receiver) => {
        const decoded = decodeFrame(frame);
        if (receiver !== 'b' || decoded?.type !== 'data' || decoded.last === 0) return false;
        const isLost = lost.includes(decoded.index);
        if (lost === lostOfSecond && isLost) lost = [];
        return isLost;
      },
    });
    world.medium.transmissions.subscribe(({ frame, radioId }) => {
      const decoded = decodeFrame(frame);
      if (radioId === 'a' && decoded?.type === 'data') seqs.push(decoded.seq);
    });

    const first = world.send('a', 'b', bytes(600, 1));
    await world.clock.runUntil(() => world.transcript.some((line) => / b ack 1$/.test(line)));
    first.cancel();
    for (let count = 0; count < 255; count += 1) {
      const sent = world.send('a', BROADCAST, bytes(0));
      await world.clock.runUntil(() => sent.isOver);
    }
    lost = lostOfSecond;
    const second = world.send('a', 'b', bytes(600, 2));
    await world.clock.runUntil(() => second.isOver);
    expect(seqs.at(-1)).toBe(seqs[0]);
    expect(lost).toEqual([]);
    const [arrived] = world.inbox('b').filter(({ payload }) => payload.length > 0);
    expect(arrived?.payload).toEqual(bytes(600, 2));
  },
);
