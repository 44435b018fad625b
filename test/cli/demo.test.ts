import { spawnSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { demoCommand } from '../../cli/demo.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** Run the demo in this process: what it printed last, and with which code it would exit. */
const demo = async (...options: string[]) => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  await demoCommand().parseAsync(['--tpm', 'model', '--json', ...options], { from: 'user' });
  return { exitCode: process.exitCode, figures: JSON.parse(lines.at(-1) as string) };
};

test('the demo ends with one line of figures, and says by its exit code that all happened', async () => {
  const { exitCode, figures } = await demo('--nodes', '2');
  expect(exitCode).toBe(0);
  expect(figures).toMatchObject({
    ...{ ok: true, tpm: 'model', suite: 'p256', ktc: 'direct', profile: 'slb9670', nodes: 2 },
    joins: [{ node: 'N1' }, { node: 'N2' }],
    sessions: [
      { from: 'N1', to: 'N2', confirmed: true },
      { from: 'N2', to: 'N1', confirmed: true },
    ],
    readings: { sent: 4, received: 4 },
  });
  for (const { ms, bytes, frames } of [...figures.joins, ...figures.sessions])
    for (const figure of [ms, bytes, frames]) expect(figure).toBeGreaterThan(0);
});

test.each(['rsa2048', 'mixed'])('--suite %s makes those storage keys', async (suite) => {
  const { exitCode, figures } = await demo('--suite', suite);
  expect(exitCode).toBe(0);
  expect(figures).toMatchObject({ ok: true, suite });
  // With an RSA key at the center J4 alone is longer than a whole join with P-256.
  for (const { bytes } of figures.joins) expect(bytes).toBeGreaterThan(700);
});

test('where nothing gets through it says so, and fails', async () => {
  const { exitCode, figures } = await demo('--loss', '0.999');
  expect(exitCode).toBe(1);
  expect(figures).toMatchObject({
    ok: false,
    joins: [{ node: 'N1', ms: null }, {}, {}],
    readings: { sent: 0, received: 0 },
  });
});

test.each([
  ['--tpm', 'bogus', /Allowed choices are swtpm, model/],
  ['--suite', 'rsa4096', /Allowed choices are p256, rsa2048, mixed/],
  ['--loss', '1', /share of frames/],
  ['--loss', '', /share of frames/],
  ['--nodes', '0', /whole number from 1 to 200/],
  ['--nodes', '2.5', /whole number from 1 to 200/],
  ['--seed', '-1', /whole number/],
])('%s %s is refused with what to give instead', async (option, value, message) => {
  const command = demoCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await expect(command.parseAsync([option, value], { from: 'user' })).rejects.toThrow(message);
});

test('the program itself exits with what its command found', () => {
  const ties = ['--import', 'tsx', 'cli/ties.ts', 'demo', '--tpm', 'model', '--nodes', '1'];
  const { status, stdout } = spawnSync(process.execPath, ties, { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toMatch(/All of it happened\.\n$/);
});
