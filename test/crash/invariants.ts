import type { Evidence } from './evidence.ts';
import type { FinalState } from './final-state.ts';

/** What holds at the end of every run, whatever befell it. Each names what it found instead. */
export const INVARIANTS: Readonly<
  Record<string, (evidence: Evidence, expected: FinalState) => readonly string[]>
> = {
  'what was asked for is done': ({ isDone }) => (isDone ? [] : ['it is not']),

  'the network ends as if nothing had befallen it': ({ state }, expected) =>
    differences(expected, state, 'state'),

  'nobody fails, but by a full disk and by its name': ({ mishap, scene: { network, since } }) => {
    const failures = [
      ...network.news('node.failed', since),
      ...network.news('center.failed', since),
    ]
      .filter(({ reason }) => reason !== 'NODE_LEFT' && reason !== 'NODE_REVOKED')
      .filter(({ reason }) => mishap?.what !== 'full disk' || reason !== 'STORE_FULL');
    const crashed = network.news('child.restarted', since);
    return [...failures, ...crashed].map(
      ({ device, type, reason }) => `${device} ${type} ${reason}`,
    );
  },

  'a full disk is told, with what to do': ({ mishap, scene: { network, since } }) => {
    const told = ['run.ended', 'node.failed', 'center.failed', 'store.failed'].some((type) =>
      network.news(type, since).some(({ advice }) => /Make room/.test(String(advice))),
    );
    return mishap?.what !== 'full disk' || told ? [] : ['nobody told of it'];
  },

  'no nonce, no drawn value and no epoch is used twice': ({ keys }) => [
    ...keys.faults,
    ...(keys.seen > 0 ? [] : ['nobody looked']),
  ],

  'no device has two addresses, and no access key serves twice': ({ membership }) => [
    ...membership.faults,
    ...(membership.seen > 0 ? [] : ['nobody looked']),
  ],

  'every member holds the list of the center': ({ state: { devices }, ends }) =>
    (ends === 'together' ? ['N1', 'N2'] : ['N1'])
      .filter((name) => devices[name]?.hasCenterList !== true)
      .map((name) => `${name} has another`),

  'both ends of a session have the same key, and readings go both ways': ({ state, silent }) => [
    ...(state.haveOneKey === false ? ['one has no key that the other uses'] : []),
    ...silent.map((name) => `nothing comes from ${name}`),
  ],

  'every reading arrives once or is told as lost': ({ scene }) => scene.post.faults,
};

/** Every invariant that does not hold, and what was found instead. */
export const faultsOf = (evidence: Evidence, expected: FinalState): string[] =>
  Object.entries(INVARIANTS).flatMap(([name, faults]) =>
    faults(evidence, expected).map((fault) => `${name}: ${fault}`),
  );

/** Where two values made of plain objects differ. */
const differences = (expected: unknown, found: unknown, path: string): string[] => {
  if (JSON.stringify(expected) === JSON.stringify(found)) return [];
  const [a, b] = [expected, found] as Record<string, unknown>[];
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return [`${path} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].flatMap((name) => differences(a[name], b[name], `${path}.${name}`));
};
