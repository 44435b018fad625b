import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createActor, createMachine, emit } from 'xstate';
import { HeapClock } from '../simulations/heap-clock.ts';
import { type Sighting, Tap } from './tap.ts';

const root = createMachine({
  on: { begin: { actions: emit({ type: 'run.ended' }) } },
});

/** What watchers and listeners see of one event that leads to news. */
const seenBy = (deps: Partial<ConstructorParameters<typeof Tap>[0]>): boolean => {
  const log = pino({ level: 'silent' });
  const tap = new Tap({ device: 'N1', clock: new HeapClock(), log, watchers: [], ...deps });
  const { inspect } = tap;
  const actor = createActor(root, inspect === undefined ? {} : { inspect });
  tap.watch(actor);
  actor.start();
  actor.send({ type: 'begin' });
  return inspect !== undefined;
};

test('who listens is told of news alone, and nothing is inspected for him', () => {
  const news: string[] = [];
  expect(seenBy({ listeners: [({ kind, type }) => news.push(`${kind} ${type}`)] })).toBe(false);
  expect(news).toEqual(['news run.ended']);
});

test('who watches sees events, states and news', () => {
  const kinds: Sighting['kind'][] = [];
  expect(seenBy({ watchers: [({ kind }) => kinds.push(kind)] })).toBe(true);
  expect(new Set(kinds)).toEqual(new Set(['event', 'state', 'news']));
});

test('a log that wants everything has it inspected', () => {
  expect(seenBy({ log: pino({ level: 'trace' }, { write: () => undefined }) })).toBe(true);
});
