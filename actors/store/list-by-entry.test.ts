import { expect, test } from 'vitest';
import { listByEntry } from './list-by-entry.ts';

const hash = new Uint8Array(16).fill(3);
const entries = [2, 5].map((address) => ({ address, state: 'left', devId: new Uint8Array(8) }));
const roster = { version: 4, hash, entries };

test('a center keeps each entry and each change by itself from then on', () => {
  const payload = Uint8Array.of(1);
  const deltas = [
    { version: 3, payload },
    { version: 4, payload },
  ];
  const old = new Map<string, unknown>([
    ['network', { generation: 9 }],
    ['roster', roster],
    ['deltas', deltas],
  ]);
  expect(Object.fromEntries(listByEntry(old))).toEqual({
    network: { generation: 9 },
    roster: { version: 4, hash, size: 2 },
    'listed/2': entries[0],
    'listed/5': entries[1],
    'delta/3': payload,
    'delta/4': payload,
  });
});

test('a node takes the version that it holds for the floor', () => {
  const old = new Map<string, unknown>([['roster', roster]]);
  expect(listByEntry(old).get('roster')).toEqual({ ...roster, floor: 4 });
});

test('a store without a list stays as it is', () => {
  const old = new Map([['network', {}]]);
  expect(listByEntry(old)).toEqual(old);
});
