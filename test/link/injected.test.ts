import { afterEach, expect, test, vi } from 'vitest';
import { bytes, linkWorld } from './world.ts';

afterEach(() => vi.restoreAllMocks());

test('time and chance come from what was injected alone', async () => {
  const trap = (name: string) => () => {
    throw new Error(`${name} was used`);
  };
  vi.spyOn(Date, 'now').mockImplementation(trap('Date.now'));
  vi.spyOn(Math, 'random').mockImplementation(trap('Math.random'));
  for (const timer of ['setTimeout', 'setInterval'] as const) {
    vi.spyOn(globalThis, timer).mockImplementation(trap(timer));
  }
  const world = linkWorld({ loss: 0.3 });
  const all = [1, 2, 3].map((value) => world.send('a', 'b', bytes(600, value)));
  await world.clock.runUntil(() => all.every(({ isOver }) => isOver));
  expect(world.inbox('b')).toHaveLength(3);
});
