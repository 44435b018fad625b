import { describe, expect, test } from 'vitest';
import { type AnyActorLogic, type AnyEventObject, type AnyStateMachine, createActor } from 'xstate';
import { eventsOf, finalStates, statesOf } from '../../cli/machines/chart.ts';
import { type Exploration, explore, FAULT, type Situation } from './explore.ts';
import { deadEnds, type Path, shortcut, shortestPaths, wholePaths } from './paths.ts';
import { isNoted, Stage } from './stage.ts';

/** One way to begin a chart, and what may not be left out on the way to success. */
export interface Begun {
  readonly input?: unknown;
  /** In this order, on every path to success; left out where there must be none. */
  readonly success?: readonly string[];
}

export interface ChartProperties {
  readonly machine: AnyStateMachine;
  readonly begun: Readonly<Record<string, Begun>>;
  /** Messages and commands, under short names. */
  readonly events: Readonly<Record<string, AnyEventObject>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly abstract?: (context: never) => unknown;
  /** The events that change something, by state; every other is ignored there. */
  readonly heeds: Readonly<Record<string, readonly string[]>>;
  /** States that wait for an answer: whether the link delivered what was said leads nowhere there. */
  readonly awaiting?: readonly string[];
  /** The reasons that a run may end with, by final state; null is success. */
  readonly endings: Readonly<Record<string, readonly (string | null)[]>>;
  /** Where a chart without end comes to rest. */
  readonly resting?: string;
}

interface Explored extends Exploration {
  readonly name: string;
  readonly how: Begun;
}

const DAY_MS = 86_400_000;

const isSuccess = ({ snapshot }: Situation): boolean =>
  snapshot.status === 'done' && snapshot.output.reason === null;

/** Play a path that pure exploration has found on a live actor; the states it passes. */
const replay = async (stage: Stage, chart: ChartProperties, path: Path): Promise<string[]> => {
  const states: string[] = [];
  for (const { label } of path.steps) {
    const [kind, name] = label.split(' ', 2) as [string, string];
    const event = chart.events[label];
    if (event !== undefined) await stage.send(event);
    else if (kind === 'done') await stage.finish(name, chart.outputs?.[name]);
    else if (kind === 'error') await stage.fail(name, FAULT);
    else await stage.passDelay(name);
    states.push(stage.state);
  }
  return states;
};

/** Events that lead elsewhere, or change what is remembered, in any situation of a state. */
const heededIn = (
  chart: ChartProperties,
  explored: readonly Explored[],
  state: string,
): string[] => {
  const situations = explored.flatMap((exploration) => [...exploration.situations]);
  const labels = situations.flatMap(([key, it]) =>
    it.state === state ? it.edges.filter(({ to }) => to !== key).map(({ label }) => label) : [],
  );
  return [...new Set(labels)].filter((label) => label in chart.events).sort();
};

/** Ends and faults of what it invokes that change nothing in any situation of a state. */
const shruggedOff = (explored: readonly Explored[]): string[] => {
  const edges = explored.flatMap(({ situations }) =>
    [...situations].flatMap(([key, { state, edges }]) =>
      edges
        .filter(({ label }) => /^(done|error) /.test(label))
        .map(({ label, to }) => ({ at: `${state}: ${label}`, leadsOn: to !== key })),
    ),
  );
  const leading = new Set(edges.filter(({ leadsOn }) => leadsOn).map(({ at }) => at));
  return [...new Set(edges.map(({ at }) => at))].filter((at) => !leading.has(at)).sort();
};

/** A live actor in each state that is not an end. */
const eachState = (chart: ChartProperties, explored: readonly Explored[]) => {
  const reached = new Map<string, () => Promise<Stage>>();
  for (const exploration of explored)
    for (const path of shortestPaths(exploration))
      if (path.end.snapshot.status === 'active' && !reached.has(path.end.state))
        reached.set(path.end.state, async () => {
          const stage = new Stage(chart.machine, { input: exploration.how.input });
          await replay(stage, chart, path);
          await stage.clock.advance(0);
          stage.heard();
          return stage;
        });
  return [...reached];
};

/** What must hold of every chart, by exploring all that can happen to it. */
export const chartHolds = (chart: ChartProperties): void => {
  const { machine, events, heeds, endings, resting } = chart;
  const explored = Object.entries(chart.begun).map(
    ([name, how]): Explored => ({ name, how, ...explore({ ...chart, input: how.input }) }),
  );
  const all = explored.flatMap(({ situations }) => [...situations.values()]);
  const isEnd = ({ state, snapshot }: Situation): boolean =>
    resting === undefined ? snapshot.status === 'done' : state === resting;

  test(`${machine.id} is named after its file, and what nobody hosts by its name`, async () => {
    const [, folder, role] = /(\w+)\/(\w+)\.test\.ts$/.exec(expect.getState().testPath ?? '') ?? [];
    expect(machine.id).toBe(`${folder}.${role}`);
    const { actors, actions } = machine.implementations;
    const notHosted = (name: string) =>
      expect.objectContaining({
        code: 'MACHINE_NOT_HOSTED',
        message: expect.stringContaining(`"${name}"`),
      });
    for (const [name, action] of Object.entries(actions))
      if (isNoted(action)) expect(action).toThrow(notHosted(name));
    for (const [name, actor] of Object.entries(actors)) {
      const nobody = createActor(actor as AnyActorLogic);
      const failed = new Promise((resolve) => nobody.subscribe({ error: resolve }));
      nobody.start();
      await expect(failed).resolves.toEqual(notHosted(name));
    }
  });

  describe(`${machine.id}, explored`, () => {
    test('is offered every event that it names', () => {
      const offered = Object.values(events).map(({ type }) => type);
      expect([...new Set(offered)].sort()).toEqual(eventsOf(machine));
    });

    test('reaches every state but those it only passes', () => {
      const passing = Object.entries(statesOf(machine))
        .filter(([, { always }]) => always?.some(({ guard }) => guard === undefined))
        .map(([name]) => name);
      const expected = Object.keys(statesOf(machine)).filter((name) => !passing.includes(name));
      expect([...new Set(all.map(({ state }) => state))].sort()).toEqual(expected.sort());
    });

    test('ends as each of its final states says', () => {
      expect(Object.keys(endings).sort()).toEqual(finalStates(machine).sort());
      for (const [state, reasons] of Object.entries(endings)) {
        const ends = all.filter((situation) => situation.state === state);
        const seen = new Set(ends.map(({ snapshot }) => snapshot.output.reason));
        expect([state, [...seen].sort()]).toEqual([state, [...reasons].sort()]);
      }
    });

    test.each(explored)('begun with $name, has no dead end', (exploration) => {
      expect(deadEnds(exploration, isEnd)).toEqual([]);
    });

    test.each(resting === undefined ? explored : [])(
      'begun with $name, succeeds in its own order or not at all',
      ({ how: { success }, ...exploration }) => {
        const succeeds = [...exploration.situations.values()].some(isSuccess);
        expect(succeeds).toBe(success !== undefined);
        expect(shortcut(exploration, isSuccess, success ?? [])).toBeNull();
      },
    );

    test.each(explored)('begun with $name, plays live as explored', async (exploration) => {
      for (const path of wholePaths(shortestPaths(exploration))) {
        const stage = new Stage(machine, { input: exploration.how.input });
        const states = await replay(stage, chart, path);
        expect([path.steps.map(({ label }) => label), states, stage.outcome]).toEqual([
          path.steps.map(({ label }) => label),
          path.steps.map(({ to }) => to.state),
          path.end.snapshot.output,
        ]);
      }
    });
  });

  describe(`${machine.id}, in each state`, () => {
    const states = eachState(chart, explored);

    test('heeds what it should', () => {
      const heeded = states.map(([state]) => [state, heededIn(chart, explored, state)]);
      const expected = Object.entries(heeds).map(([state, labels]) => [state, [...labels].sort()]);
      expect(Object.fromEntries(heeded)).toEqual(Object.fromEntries(expected));
    });

    test('goes on when what it invoked has ended or failed, but where it need not', () => {
      expect(shruggedOff(explored)).toEqual(
        (chart.awaiting ?? [])
          .flatMap((state) => [`${state}: done transmit`, `${state}: error transmit`])
          .sort(),
      );
    });

    test.each(states)(
      'ignores the rest, however often it comes, while %s',
      async (state, reach) => {
        const stage = await reach();
        const before = stage.snapshot;
        const rest = Object.entries(events).filter(([label]) => !heeds[state]?.includes(label));
        for (const [, event] of rest) await stage.send(event, event);
        expect([stage.state, stage.snapshot.context, stage.heard()]).toEqual([
          state,
          before.context,
          [],
        ]);
      },
    );

    test.each(states.filter(([state]) => heeds[state]?.includes('cancel')))(
      'falls silent when it is cancelled while %s',
      async (_, reach) => {
        const stage = await reach();
        await stage.send({ type: 'cancel' });
        await stage.clock.advance(DAY_MS);
        expect(stage.outcome).toEqual({ reason: 'cancelled' });
        expect(stage.heard().filter((line) => !line.includes(' stopped '))).toEqual([]);
      },
    );
  });
};
