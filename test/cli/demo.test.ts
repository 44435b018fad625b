import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const ties = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'cli/ties.ts', ...args], { encoding: 'utf8' });

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) as string;

test('the demo ends with one line of figures, and says by its exit code that all happened', () => {
  const { status, stdout } = ties('demo', '--tpm', 'model', '--nodes', '2', '--json');
  const figures = JSON.parse(lastLine(stdout));
  expect(status).toBe(0);
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

test.each(['rsa2048', 'mixed'])('--suite %s makes those storage keys', (suite) => {
  const { status, stdout } = ties('demo', '--tpm', 'model', '--suite', suite, '--json');
  expect(status).toBe(0);
  const { joins, ...figures } = JSON.parse(lastLine(stdout));
  expect(figures).toMatchObject({ ok: true, suite });
  // With an RSA key at the center J4 alone is longer than a whole join with P-256.
  for (const { bytes } of joins) expect(bytes).toBeGreaterThan(700);
});

test('where nothing gets through it says so, and fails', () => {
  const { status, stdout } = ties('demo', '--tpm', 'model', '--loss', '0.999', '--json');
  expect(status).toBe(1);
  expect(JSON.parse(lastLine(stdout))).toMatchObject({
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
])('%s %s is refused with what to give instead', (option, value, message) => {
  const { status, stderr } = ties('demo', option, value);
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
});
