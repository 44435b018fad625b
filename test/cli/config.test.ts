import { readdirSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { configCommand } from '../../cli/config.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** Run it in this process: what it printed, and with which code it would exit. */
const check = async (...args: string[]) => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await configCommand().parseAsync(['check', ...args], { from: 'user' });
  vi.restoreAllMocks();
  return { exitCode: process.exitCode, text: written.join('') };
};

test('of a role without a fault it says whose it is, and exits with 0', async () => {
  expect(await check('config/examples/center.json')).toEqual({
    exitCode: 0,
    text: 'config/examples/center.json: center "CE", nothing wrong\n',
  });
});

test('of faults it says where, which field, why and what to do, and exits with 1', async () => {
  const { exitCode, text } = await check('config/check/fixtures/wrong-type.json');
  expect(exitCode).toBe(1);
  const lines = text.split('\n');
  expect(lines.slice(0, 5)).toEqual([
    'config/check/fixtures/wrong-type.json: 6 faults',
    '     3:3  name: This is a number, 7.',
    '          Give a text of 1 to 32 characters, without control characters.',
    '    4:35  sensor.address: This is a number, 118.',
    '          Give one of "0x76", "0x77"; left out, it is "0x76".',
  ]);
  expect(lines).toHaveLength(1 + 2 * 6 + 1);
});

const FIXTURES = 'config/check/fixtures/';
const BROKEN = readdirSync(FIXTURES).filter((file) => file.endsWith('.json'));

test.each(BROKEN)(
  'of %s it prints path, reason and remedy of every fault at once',
  async (name) => {
    const { faults } = JSON.parse((await check(`${FIXTURES}${name}`, '--json')).text);
    const { exitCode, text } = await check(`${FIXTURES}${name}`);
    expect(exitCode).toBe(1);
    const [head, ...lines] = text.trimEnd().split('\n');
    expect(head).toMatch(new RegExp(`: ${faults.length} faults?$`));
    expect(lines).toHaveLength(2 * faults.length);
    for (const [at, { position, path, reason, remedy }] of faults.entries()) {
      const place = `${position.line}:${position.column}`;
      const what = path === '' ? reason : `${path}: ${reason}`;
      expect(lines[2 * at]?.trim()).toBe(`${place}  ${what}.`);
      expect(lines[2 * at + 1]?.trim()).toBe(remedy);
    }
  },
);

test('what cannot be read it says too, and exits with 2', async () => {
  const { exitCode, text } = await check('config/nowhere.json');
  expect(exitCode).toBe(2);
  expect(text).toMatch(/^config\/nowhere\.json: 1 fault\n {10}There is no such file\.\n/);
});

test.each([
  ['config/examples/node.json', 0, { ok: true, role: { name: 'N1', store: {} } }],
  [
    'config/check/fixtures/cut-off.json',
    1,
    { ok: false, faults: [{ code: 'syntax', position: { line: 5, column: 1 } }] },
  ],
  ['config/nowhere.json', 2, { ok: false, faults: [{ code: 'unreadable', position: null }] }],
])('%s --json is one object on one line', async (file, exitCode, expected) => {
  const answer = await check(file, '--json');
  expect(answer.exitCode).toBe(exitCode);
  expect(answer.text).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(answer.text)).toMatchObject({ file, ...expected });
});
