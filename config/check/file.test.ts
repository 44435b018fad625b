import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRoleFile } from './file.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-role-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, contents: string | Uint8Array): string => {
  const file = join(folder, name);
  writeFileSync(file, contents);
  return file;
};

test('a role file is read with its defaults', () => {
  const file = written('node.json', '{ "role": "node", "name": "Straße 1" }');
  expect(readRoleFile(file)).toMatchObject({
    ...{ kind: 'valid', role: { role: 'node', name: 'Straße 1', suite: 'p256' } },
  });
});

test.each([
  ['no such file', () => join(folder, 'nowhere.json'), /no such file/],
  ['a folder', () => folder, /folder/],
  ['a file as a folder', () => join(written('x.json', '{}'), 'node.json'), /no such file/],
  ['what never ends', () => '/dev/zero', /longer than 1 MiB/],
])('%s cannot be read', (_what, file, reason) => {
  expect(readRoleFile(file())).toEqual({
    kind: 'unreadable',
    faults: [
      {
        ...{ code: 'unreadable', path: '', position: null, remedy: expect.stringMatching(/\.$/) },
        reason: expect.stringMatching(reason),
      },
    ],
  });
});

test('neither can what belongs to somebody else', () => {
  const file = written('secret.json', '{}');
  chmodSync(file, 0);
  // Root may read anything, so be nobody.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    expect(readRoleFile(file)).toMatchObject({
      kind: 'unreadable',
      faults: [{ reason: 'This user may not read it' }],
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test('bytes that are no UTF-8 are a fault', () => {
  const latin1 = Uint8Array.of(0x7b, 0x22, 0xe4, 0x22, 0x3a, 0x31, 0x7d);
  expect(readRoleFile(written('latin1.json', latin1))).toMatchObject({
    kind: 'faulty',
    faults: [{ code: 'encoding', remedy: 'Save it as UTF-8.' }],
  });
});

test('a list is no role', () => {
  expect(readRoleFile(written('list.json', '[]'))).toMatchObject({
    kind: 'faulty',
    faults: [{ code: 'wrong-type', path: '', reason: 'This is a list' }],
  });
});
