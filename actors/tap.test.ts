import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createActor, emit, setup } from 'xstate';
import { HeapClock } from '../simulations/heap-clock.ts';
import { AIRBORNE_MS, type Sighting, Tap } from './tap.ts';

/** A root that tells whatever it is sent. */
const telling = setup({}).createMachine({ on: { '*': { actions: emit(({ event }) => event) } } });

/** One, and the log of its tap. */
const watched = () => {
  const clock = new HeapClock();
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const root = createActor(telling).start();
  new Tap({ device: 'N1', clock, log, watchers: [] }).watch(root);
  return { clock, lines, tell: (news: { type: string }) => root.send(news) };
};

test('what is refused on the air is a warning once a minute, of each kind', async () => {
  const { clock, lines, tell } = watched();
  const flood = (times: number): void => {
    for (let at = 0; at < times; at += 1)
      for (const reason of ['replay', 'tag'])
        tell({ type: 'message.refused', name: 'J1', from: at, reason } as never);
  };
  flood(1_000);
  expect(lines).toHaveLength(2);
  await clock.advance(AIRBORNE_MS);
  flood(1_000);
  expect(lines).toHaveLength(4);
});

test('what the device itself comes to is told each time', () => {
  const { lines, tell } = watched();
  for (let at = 0; at < 5; at += 1)
    tell({ type: 'run.ended', actor: 'join', reason: 'expired', advice: 'Wait.' } as never);
  expect(lines).toHaveLength(5);
});

/** What watchers and listeners see of one event that leads to news. */
const seenBy = (deps: Partial<ConstructorParameters<typeof Tap>[0]>): boolean => {
  const log = pino({ level: 'silent' });
  const tap = new Tap({ device: 'N1', clock: new HeapClock(), log, watchers: [], ...deps });
  const { inspect } = tap;
  const actor = createActor(telling, inspect === undefined ? {} : { inspect });
  tap.watch(actor);
  actor.start();
  actor.send({ type: 'run.ended' });
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
