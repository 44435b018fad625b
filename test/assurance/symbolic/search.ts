import { createHash } from 'node:crypto';
import type { Draft, World } from './world.ts';

export interface Step {
  readonly label: string;
  readonly take: (draft: Draft) => void;
}

export interface Search {
  readonly start: World;
  readonly steps: (world: World) => readonly Step[];
  readonly draft: (world: World) => Draft;
  /** Properties by name: what is wrong in this state, or null. */
  readonly properties: Readonly<Record<string, (world: World) => string | null>>;
  /** From every state one like this must be reached, by messages that do arrive. */
  readonly ends?: (world: World) => boolean;
  /** A search that has not come to its end by then proves nothing, and fails. */
  readonly most: number;
  /** The first breach of each property is enough, and states behind a breach are left out. */
  readonly untilBroken?: boolean;
}

export interface Breach {
  readonly property: string;
  readonly what: string;
  readonly steps: readonly string[];
}

export interface Found {
  readonly states: number;
  /** Facts of any state, without what they are about: what the search has come to at all. */
  readonly reached: ReadonlySet<string>;
  readonly exhausted: boolean;
  readonly breaches: readonly Breach[];
  /** States from which no end is reached, by the first way to one. */
  readonly deadEnd: readonly string[] | null;
}

/** Every state, breadth first, so that the first breach found is one of the shortest. */
export const search = (it: Search): Found => {
  const seen = new Map<string, number>();
  const worlds: (World | null)[] = [];
  const came: { from: number; step: number }[] = [];
  const before: number[][] = [];
  const ends: number[] = [];
  const breaches = new Map<string, Breach>();
  const reached = new Set<string>();

  const reach = (world: World, from: number, step: number): void => {
    const key = createHash('sha256').update(JSON.stringify(world)).digest('base64');
    const known = seen.get(key);
    if (known !== undefined) {
      if (it.ends && from >= 0) before[known]?.push(from);
      return;
    }
    const at = worlds.push(world) - 1;
    seen.set(key, at);
    came.push({ from, step });
    for (const fact of world.facts) reached.add(fact.split(' ')[0] as string);
    if (it.ends) {
      before.push(from < 0 ? [] : [from]);
      if (it.ends(world)) ends.push(at);
    }
    for (const [property, isBroken] of Object.entries(it.properties)) {
      if (breaches.has(property)) continue;
      const what = isBroken(world);
      if (what !== null) breaches.set(property, { property, what, steps: transcript(at) });
    }
  };

  /** The way from the start to a state, taken again. */
  const transcript = (at: number): string[] => {
    const way: number[] = [];
    for (let here = at; (came[here]?.from ?? -1) >= 0; here = (came[here] as { from: number }).from)
      way.unshift((came[here] as { step: number }).step);
    const lines: string[] = [];
    let world = it.start;
    for (const number of way) {
      const step = it.steps(world)[number] as Step;
      const draft = it.draft(world);
      step.take(draft);
      lines.push(step.label, ...draft.log.filter((line) => line !== step.label));
      world = draft.world();
    }
    return lines;
  };

  reach(it.start, -1, 0);
  const properties = Object.keys(it.properties).length;
  let at = 0;
  for (; at < worlds.length && worlds.length <= it.most; at += 1) {
    const world = worlds[at] as World;
    if (it.untilBroken && breaches.size === properties) break;
    for (const [number, step] of it.steps(world).entries()) {
      const draft = it.draft(world);
      step.take(draft);
      if (draft.isChanged) reach(draft.world(), at, number);
    }
    worlds[at] = null;
  }
  const exhausted = at === worlds.length;
  return {
    states: worlds.length,
    reached,
    exhausted,
    breaches: [...breaches.values()],
    deadEnd: it.ends && exhausted ? deadEnd() : null,
  };

  function deadEnd(): readonly string[] | null {
    const saved = new Uint8Array(worlds.length);
    const open = [...ends];
    for (const end of ends) saved[end] = 1;
    for (let here = open.pop(); here !== undefined; here = open.pop())
      for (const from of before[here] as number[])
        if (saved[from] === 0) {
          saved[from] = 1;
          open.push(from);
        }
    const lost = saved.indexOf(0);
    return lost < 0 ? null : transcript(lost);
  }
};
