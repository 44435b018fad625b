/** Where a call came from: the innermost frame outside of this file. */
const callerOf = (stack: string): string =>
  stack
    .split('\n')
    .slice(1)
    .find((line) => !line.includes('tripwire.ts')) ?? '';

/** xstate notes when it scheduled an event, for who keeps its snapshots; nothing of ours reads it. */
const isNote = (caller: string): boolean => /at Object\.schedule .*\/xstate\//.test(caller);

/** Code whose time and chance are injected: ours, and the libraries that our actors run on. */
const isHeld = (caller: string): boolean =>
  (/node_modules\/(xstate|rxjs|msgpackr)\//.test(caller) && !isNote(caller)) ||
  (caller.includes(process.cwd()) && !caller.includes('node_modules'));

type Trap = readonly [owner: object, name: string];

const TRAPS: readonly Trap[] = [
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
  [Date, 'now'],
  [Math, 'random'],
  [performance, 'now'],
];

/**
 * Runs `scene` while the process's own time and chance are trapped: a call from held code is
 * recorded and throws; anybody else's, the logger's or the test runner's, goes through.
 */
export const withTripwire = async (scene: () => Promise<unknown>): Promise<string[]> => {
  const tripped: string[] = [];
  const undo = TRAPS.map(([owner, name]) => {
    const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
    const own = Object.getOwnPropertyDescriptor(owner, name);
    const trap = function (this: unknown, ...args: unknown[]): unknown {
      const caller = callerOf(new Error(name).stack ?? '');
      if (!isHeld(caller)) return original.apply(this, args);
      tripped.push(`${name}${caller.replace(process.cwd(), '')}`);
      throw new Error(`${name} is not injected:${caller}`);
    };
    Object.defineProperty(owner, name, { value: trap, configurable: true, writable: true });
    return () => {
      if (own === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, own);
    };
  });
  try {
    await scene();
  } finally {
    for (const restore of undo) restore();
  }
  return tripped;
};
