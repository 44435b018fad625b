import { expect, test } from 'vitest';
import { createActor, fromPromise, setup } from 'xstate';
import { outside } from '../machines/outside.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import { parsed } from './parsed.ts';

const chart = setup({
  types: {} as { context: { said: string }; input: { said: string } },
  actors: { work: outside<string>('work') },
  actions: { note: () => undefined },
  guards: { isShort: () => false },
  delays: { limit: 1 },
}).createMachine({
  context: ({ input }) => input,
  initial: 'working',
  states: {
    working: { invoke: { src: 'work', onDone: { guard: 'isShort', target: 'waiting' } } },
    waiting: { after: { limit: 'over' } },
    over: { entry: 'note', type: 'final' },
  },
});

/** What a run does of itself, with implementations of its own and these ways to provide them. */
const ran = async (provide: typeof chart.provide, name: string, limit: number) => {
  const clock = new HeapClock();
  const done: string[] = [];
  const machine = provide({
    actors: { work: fromPromise(async () => name) },
    actions: { note: ({ context }) => void done.push(`${name} ${context.said} ${clock.now()}`) },
    guards: { isShort: () => true },
    delays: { limit },
  });
  const actor = createActor(machine, { clock, input: { said: 'so' } }).start();
  await clock.advance(1_000);
  return { done, status: actor.getSnapshot().status, machine };
};

test('what is provided to a parsed chart is what a run does, and to no other', async () => {
  const quick = parsed(chart);
  const [a, b] = [await ran(quick.provide, 'a', 20), await ran(quick.provide, 'b', 30)];
  const whole = await ran((given) => chart.provide(given), 'a', 20);
  expect([a.done, a.status]).toEqual([whole.done, whole.status]);
  expect([a.done, b.done]).toEqual([['a so 20'], ['b so 30']]);
  expect(a.machine.root).toBe(b.machine.root);
  expect(createActor(chart, { input: { said: '' } }).logic.implementations.delays.limit).toBe(1);
});
