import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { protocolMachines } from '../../cli/machines/all.ts';
import { catalogue, hasTest, MACHINES, shown, sources } from './catalogue.ts';
import { impurities } from './purity.ts';
import { readmes } from './readmes.ts';

const read = (file: string): string => readFileSync(join(MACHINES, file), 'utf8');

test('every machine can be built, has an id of its own and a test beside it', async () => {
  const entries = await catalogue();
  const files = sources().filter((file) => read(file).includes('createMachine('));
  expect([...new Set(entries.map(({ file }) => file))]).toEqual(files);
  expect(protocolMachines.map(({ id }) => id)).toEqual(entries.map(({ machine }) => machine.id));
  expect(new Set(entries.map(({ machine }) => machine.id)).size).toBe(entries.length);
  expect(entries.filter((entry) => !hasTest(entry)).map(({ file }) => file)).toEqual([]);
});

test('a machine with a wrong target cannot be built', () => {
  const chart = setup({}).createMachine;
  expect(() => chart({ initial: 'a', states: { a: { on: { go: 'nowhere' } } } })).toThrow(
    /nowhere/,
  );
});

test.each(sources())('%s reaches for nothing outside the protocol', (file) => {
  expect(impurities(file, read(file))).toEqual([]);
});

test.each([
  ["import { x } from '../../drivers/clock/interface.ts';", '../../drivers/clock/interface.ts'],
  ["import fs from 'node:fs';", 'node:fs'],
  ["import 'pino';", 'pino'],
  ["export * from '../../actors/tpm.ts';", '../../actors/tpm.ts'],
  ["const x = await import('rxjs');", 'rxjs'],
  ['const at = Date.now();', 'Date'],
  ['const n = Math.random();', 'Math.random'],
  ['setTimeout(go, 1);', 'setTimeout'],
  ['console.log(1);', 'console'],
  ['const id = crypto.randomUUID();', 'crypto'],
])('what is impure is seen: %s', (source, what) => {
  expect(impurities('join/node.ts', source)).toEqual([what]);
});

test('what is pure is let be', () => {
  const source = `
    import { assign } from 'xstate';
    import type { A } from '../received.ts';
    import { b } from '../../protocol/bytes.ts';
    /** Not a process; no console. */
    const date = new Map(); // setTimeout
  `;
  expect(impurities('join/node.ts', source)).toEqual([]);
});

test('the charts in the READMEs are those of the machines (npm run charts)', async () => {
  for (const [path, text] of await readmes())
    expect([shown(path), readFileSync(path, 'utf8')]).toEqual([shown(path), text]);
});
