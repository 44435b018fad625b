import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const here = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

test('a process can end while a command is under way on its own bus', async () => {
  const script = `
    const { startSwtpm } = await import(${here('../../simulations/swtpm/process.ts')});
    const { startBus } = await import(${here('../../simulations/swtpm/bus.ts')});
    const { openEsapiTpm } = await import(${here('../../drivers/tpm/esapi/open.ts')});
    const observe = () => process.exit(3);
    const { tcti } = await startBus(await startSwtpm(), { observe });
    await openEsapiTpm({ tcti });`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const hung = setTimeout(() => child.kill('SIGKILL'), 5_000);
  expect(await once(child, 'exit')).toEqual([3, null]);
  clearTimeout(hung);
});
