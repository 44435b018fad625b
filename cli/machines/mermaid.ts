import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition as Transition } from 'xstate';
import { finalStates, initialState, statesOf, syntheticEvents } from './chart.ts';

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** `repeatsLeft`, or `not isBehind`. */
const guardText = (guard: unknown): string => {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') {
    const inner = 'guards' in guard ? (guard.guards as unknown[]) : [];
    return [guard.name, ...inner.map(guardText)].join(' ');
  }
  return (guard as { type: string }).type;
};

/** An event in a reader's words: a message's fact, `done`, `failed`, `after reply`. */
const eventText = (state: AnyStateNode, type: string): string => {
  const synthetic = syntheticEvents(state).find((event) => event.type === type);
  if (synthetic === undefined) return type;
  if (synthetic.kind === 'after') return synthetic.label;
  return synthetic.kind === 'done' ? 'done' : 'failed';
};

/** Candidates of one event with their conditions; one that nothing can pass is `else`. */
const conditioned = (candidates: readonly Transition[]): { it: Transition; guard: string }[] =>
  candidates.map((it, i) => {
    if (it.guard !== undefined) return { it, guard: ` [${guardText(it.guard)}]` };
    return { it, guard: i > 0 ? ' [else]' : '' };
  });

const doesNothing = ({ target, actions }: Transition): boolean =>
  target === undefined && actions.length === 0;

const actionText = ({ target, actions }: Transition): string =>
  target === undefined ? ` / ${actions.map(String).join(', ')}` : '';

const arrowsFrom = (from: string, state: AnyStateNode): Arrow[] => {
  const all: [string, readonly Transition[]][] = [...state.transitions];
  if (state.always !== undefined) all.push(['', state.always]);
  return all.flatMap(([type, candidates]) =>
    conditioned(candidates).flatMap(({ it, guard }) => {
      if (doesNothing(it)) return [];
      const label = `${eventText(state, type)}${guard}${actionText(it)}`.trim();
      return [{ from, to: it.target?.[0]?.key ?? from, label }];
    }),
  );
};

/** Whether a state takes an event of the whole chart into its own hands. */
const overrides = (state: AnyStateNode, type: string, { guard }: Transition): boolean =>
  (state.transitions.get(type) ?? []).some((own) => own.guard === undefined || own.guard === guard);

/** What may happen in any state, drawn from a box of its own for each set of exceptions. */
const anywhere = (machine: AnyStateMachine): { boxes: string[]; arrows: Arrow[] } => {
  const boxes = new Map<string, string>();
  const arrows: Arrow[] = [];
  for (const [type, candidates] of machine.root.transitions)
    for (const { it, guard } of conditioned(candidates)) {
      const except = Object.entries(statesOf(machine))
        .filter(([, state]) => overrides(state, type, it))
        .map(([name]) => name);
      const text = `any state${except.length > 0 ? ` but ${except.join(', ')}` : ''}`;
      if (!boxes.has(text)) boxes.set(text, `any${boxes.size === 0 ? '' : boxes.size + 1}`);
      const from = boxes.get(text) as string;
      const label = `${type}${guard}${actionText(it)}`;
      arrows.push({ from, to: it.target?.[0]?.key ?? from, label });
    }
  return { boxes: [...boxes].map(([text, id]) => `state "${text}" as ${id}`), arrows };
};

/** Arrows between the same two states become one. */
const merged = (arrows: readonly Arrow[]): string[] => {
  const labels = new Map<string, string[]>();
  for (const { from, to, label } of arrows) {
    const arrow = `${from} --> ${to}`;
    labels.set(arrow, [...(labels.get(arrow) ?? []), label]);
  }
  return [...labels].map(([arrow, each]) => `${arrow} : ${each.join('<br/>')}`);
};

/** `transmit J1`: an actor, and what it is told where that is fixed. */
const invoked = (state: AnyStateNode): string[] =>
  state.invoke.map(({ src, input }) => {
    const told = typeof input === 'object' && input !== null ? Object.values(input) : [];
    return [src, ...told].join(' ');
  });

const box = (name: string, state: AnyStateNode): string[] => {
  const work = invoked(state);
  return work.length === 0 ? [] : [`state "${[name, ...work].join('<br/>')}" as ${name}`];
};

/** A flat machine as a Mermaid state diagram. */
export const mermaid = (machine: AnyStateMachine): string => {
  const states = Object.entries(statesOf(machine));
  const root = anywhere(machine);
  const lines = [
    ...states.flatMap(([name, state]) => box(name, state)),
    ...root.boxes,
    `[*] --> ${initialState(machine)}`,
    ...merged([...states.flatMap(([name, state]) => arrowsFrom(name, state)), ...root.arrows]),
    ...finalStates(machine).map((name) => `${name} --> [*]`),
  ];
  return ['stateDiagram-v2', ...lines.map((line) => `  ${line}`)].join('\n');
};
