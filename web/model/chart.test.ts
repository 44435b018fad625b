import { expect, test } from 'vitest';
import { and, createMachine, initialTransition, not, setup, transition } from 'xstate';
import { joinNodeMachine } from '../../machines/join/node.ts';
import { definitionOf } from '../../transports/inspect/definition.ts';
import { activeStates, type Chart, chartOf, takenEdge } from './chart.ts';
import { ANYWHERE, drawingOf, type ElkNode, graphOf, stateLines } from './graph.ts';

const charted = (machine: unknown): Chart => {
  const definition = definitionOf(machine) ?? expect.fail('no definition');
  return chartOf(definition) ?? expect.fail('no chart');
};

/** As README charts are read: `from --event [guard]--> to`. */
const arrows = ({ edges }: Chart): string[] =>
  edges
    .filter(({ to }) => to !== null)
    .map(
      ({ from, to, event, guard }) =>
        `${from} --${event}${guard === null ? '' : ` [${guard}]`}--> ${to}`,
    );

test('a chart of ours reads as its README does', () => {
  const chart = charted(joinNodeMachine);
  expect(chart.id).toBe('join.node');
  expect(arrows(chart)).toEqual(
    expect.arrayContaining([
      ' --cancel--> cancelled',
      'preparing --done--> requesting',
      'preparing --failed--> backingOff',
      'requesting --join.offered--> presenting',
      'requesting --after reply [repeatsLeft]--> requesting',
      'requesting --after reply [else]--> backingOff',
      'confirming --rejoin.demanded--> joined',
      'backingOff --after backOff--> preparing',
    ]),
  );
  const state = (id: string) => chart.states.find((each) => each.id === id) ?? expect.fail(id);
  expect(state('requesting').does).toEqual(['transmit J1']);
  expect(state('joined').kind).toBe('final');
  expect(state('')).toMatchObject({ kind: 'compound', initial: 'preparing', name: 'join.node' });
});

const rich = setup({ guards: { dry: () => true, late: () => false } }).createMachine({
  id: 'rich',
  type: 'parallel',
  on: { reset: { target: '#lamp' }, note: { actions: 'write' } },
  states: {
    light: {
      id: 'lamp',
      initial: 'off',
      states: {
        off: { on: { flip: { guard: and(['dry', not('late')]), target: 'on.bright' } } },
        on: {
          initial: 'dim',
          states: { dim: {}, bright: { after: { 1500: '#rich.light.off', fading: 'dim' } } },
          onDone: 'off',
        },
      },
    },
    sound: {
      initial: 'mute',
      states: { mute: { always: { guard: 'late', target: 'loud' } }, loud: { type: 'final' } },
    },
  },
  // biome-ignore lint/suspicious/noExplicitAny: what it names is never run.
} as any);

test('compound and parallel states, ids, delays and guards of guards are understood', () => {
  const chart = charted(rich);
  expect(arrows(chart)).toEqual([
    ' --reset--> light',
    'light.off --flip [and dry not late]--> light.on.bright',
    'light.on --done--> light.off',
    'light.on.bright --after 1.5 s--> light.off',
    'light.on.bright --after fading--> light.on.dim',
    'sound.mute -- [late]--> sound.loud',
  ]);
  expect(chart.states.map(({ id, kind }) => `${id} ${kind}`)).toContain('light.on compound');
  expect(chart.states[0]).toMatchObject({ kind: 'parallel', initial: null });
  const [root] = chart.states;
  expect(stateLines(chart, root ?? expect.fail())).toEqual(['note / write']);
});

test('the active states are those of every region, with the states around them', () => {
  const value = { light: { on: 'bright' }, sound: 'mute' };
  expect([...activeStates(value)].sort()).toEqual([
    '',
    'light',
    'light.on',
    'light.on.bright',
    'sound',
    'sound.mute',
  ]);
  expect(activeStates(null).size).toBe(0);
});

test('the transition that was taken is found from what is seen of it', () => {
  const chart = charted(joinNodeMachine);
  const taken = (event: string, from: string, to: string) => {
    const edge = takenEdge(chart, { event, from, to });
    return edge === null ? null : `${edge.from} → ${edge.to}`;
  };
  expect(taken('join.offered', 'requesting', 'presenting')).toBe('requesting → presenting');
  expect(taken('xstate.done.actor.0.join.node.preparing', 'preparing', 'requesting')).toBe(
    'preparing → requesting',
  );
  expect(taken('xstate.after.reply.join.node.requesting', 'requesting', 'backingOff')).toBe(
    'requesting → backingOff',
  );
  expect(taken('cancel', 'requesting', 'cancelled')).toBe(' → cancelled');
  expect(taken('membership.granted', 'requesting', 'joined')).toBeNull();
  expect(taken('membership.granted', 'requesting', 'presenting')).toBeNull();
});

test('events as xstate itself names them lead over the edges that it takes', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { after: { 10: 'b' }, on: { go: 'b' } }, b: { on: { '*': 'a' } } },
  });
  const chart = charted(machine);
  let [snapshot] = initialTransition(machine);
  for (const type of ['xstate.after.10.m.a', 'anything', 'go'] as const) {
    const from = snapshot.value;
    [snapshot] = transition(machine, snapshot, { type });
    const edge = takenEdge(chart, {
      event: type,
      from: from as never,
      to: snapshot.value as never,
    });
    expect(edge?.to).toBe(snapshot.value);
  }
});

test.each(['', '{', 'null', '[]', '"text"', '{"states":[]}', '{"id":"no chart"}'])(
  '%s is no chart',
  (text) => {
    expect(chartOf(text)).toBeNull();
  },
);

test('a chart with holes is drawn as far as it goes', () => {
  const chart = chartOf(
    '{"states":{"a":{"on":{"x":"nowhere","y":[{"target":["a"]}],"z":7}},"b":null},"on":5}',
  );
  expect(chart?.states.map(({ id }) => id)).toEqual(['', 'a', 'b']);
  expect(arrows(chart ?? expect.fail())).toEqual(['a --y--> a']);
});

test('a graph has every state once, and its edges meet nodes that are there', () => {
  for (const chart of [charted(joinNodeMachine), charted(rich)]) {
    const graph = graphOf(chart);
    const ids: string[] = [];
    const visit = ({ id, children = [] }: ElkNode): void => {
      ids.push(id);
      children.forEach(visit);
    };
    visit(graph);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of chart.states) expect(ids).toContain(id);
    for (const { sources, targets } of graph.edges ?? [])
      for (const end of [...sources, ...targets]) expect(ids).toContain(end);
  }
  expect(graphOf(charted(joinNodeMachine)).children?.at(-1)?.id).toBe(ANYWHERE);
});

test('what is laid out is drawn where it was put, corners rounded', () => {
  const edge = {
    id: 'a → b',
    sources: ['a'],
    targets: ['b'],
    labels: [{ id: 'l', text: 'go\n[else]', width: 40, height: 30, x: 10, y: 40 }],
    sections: [
      { startPoint: { x: 5, y: 20 }, bendPoints: [{ x: 5, y: 60 }], endPoint: { x: 90, y: 60 } },
    ],
  };
  const inner = { id: 'a.b', x: 12, y: 14, width: 5, height: 5 };
  const children = [{ id: 'a', x: 0, y: 0, width: 30, height: 20, children: [inner] }];
  const { boxes, lines, width } = drawingOf({
    id: '',
    width: 100,
    height: 80,
    children,
    edges: [edge],
  });
  expect(boxes.map(({ id, x }) => [id, x])).toEqual([
    ['a', 0],
    ['a.b', 12],
  ]);
  expect(lines).toEqual([
    {
      id: 'a → b',
      path: 'M5 20L5 54Q5 60 11 60L90 60',
      label: { x: 30, y: 40, lines: ['go', '[else]'] },
    },
  ]);
  expect(width).toBe(100);
});
