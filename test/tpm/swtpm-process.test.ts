import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { startSwtpm } from '../../simulations/swtpm/process.ts';

/** The processes that have this text in their command line. */
const processesNaming = (text: string): string[] =>
  readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });

const gone = async (folder: string): Promise<void> => {
  await expect
    .poll(() => ({ processes: processesNaming(folder), folder: existsSync(folder) }))
    .toEqual({ processes: [], folder: false });
};

test('nothing is left of a swtpm that was stopped', async () => {
  const swtpm = await startSwtpm();
  const folder = dirname(swtpm.path);
  expect(processesNaming(folder).length).toBeGreaterThan(0);
  await swtpm.stop();
  expect(existsSync(folder)).toBe(false);
  expect(processesNaming(folder)).toEqual([]);
});

test('nothing is left of one whose parent was killed', async () => {
  const module = new URL('../../simulations/swtpm/process.ts', import.meta.url).href;
  const script = `const { startSwtpm } = await import(${JSON.stringify(module)});
    console.log((await startSwtpm()).path);
    setInterval(() => {}, 1000);`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [path] = await once(parent.stdout, 'data');
  const folder = dirname(String(path).trim());
  expect(processesNaming(folder).length).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await gone(folder);
});
