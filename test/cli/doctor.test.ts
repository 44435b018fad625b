import { afterEach, expect, test, vi } from 'vitest';
import { doctorCommand } from '../../cli/doctor.ts';
import type { Host } from '../../runtime/doctor/host.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** A machine without anything, but for these files. */
const host = (files: Readonly<Record<string, string>>): Host => ({
  read: (path) => files[path] ?? null,
  list: () => [],
  access: () => 'missing',
  isWritable: () => false,
  freeBytes: () => 2 ** 30,
  loads: () => true,
  loadTss: () => undefined,
  finds: () => true,
  groups: [],
  nodeVersion: '22.0.0',
  chips: {
    tpm: () => Promise.reject(new Error('not there')),
    radioVersion: () => Promise.reject(new Error('not there')),
    sensor: () => Promise.reject(new Error('not there')),
  },
});

const doctor = async (files: Readonly<Record<string, string>>, ...args: string[]) => {
  let stdout = '';
  for (const stream of ['stdout', 'stderr'] as const)
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      if (stream === 'stdout') stdout += text;
      return true;
    });
  await doctorCommand(() => host(files)).parseAsync(args, { from: 'user' });
  vi.restoreAllMocks();
  return { exitCode: process.exitCode, stdout };
};

const PI = { '/proc/device-tree/model': 'Raspberry Pi 5\0' };

test('on a laptop nothing fails, and what is not needed is said', async () => {
  const { exitCode, stdout } = await doctor({});
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^For a simulated device, as this is no Raspberry Pi .*:\nskip {2}Machine: /,
  );
  expect(stdout).toMatch(/\n0 failed, \d+ to be looked at, \d+ well, \d+ not needed here\n$/);
});

test('on a Pi without chips it fails, each with what to do in the next line', async () => {
  const { exitCode, stdout } = await doctor(PI);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/\nfail {2}TPM: \/dev\/tpmrm0 is not there\n {6}Add dtparam=spi=on and/);
});

test('--json is one line', async () => {
  const { exitCode, stdout } = await doctor(PI, '--json');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^[^\n]+\n$/);
  const { ok, about, checks } = JSON.parse(stdout);
  expect({ ok, about }).toEqual({ ok: false, about: expect.stringMatching(/^a node with TPM/) });
  expect(checks.find(({ id }: { id: string }) => id === 'tpm.device')).toMatchObject({
    ...{ what: 'TPM', level: 'fail', found: '/dev/tpmrm0 is not there' },
    fix: expect.stringContaining('reboot'),
  });
});

test('the role decides what is needed', async () => {
  const { exitCode } = await doctor(PI, '--config', 'config/examples/simulated.json');
  expect(exitCode).toBe(0);
});

test('a faulty role file is exit 2', async () => {
  const file = 'config/check/fixtures/missing.json';
  expect(await doctor({}, '--config', file)).toEqual({ exitCode: 2, stdout: '' });
});
