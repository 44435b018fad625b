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
