import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type OnoffModule, openInput, openOutput } from './onoff.ts';

let sysfs: string;

beforeEach(() => {
  sysfs = mkdtempSync(join(tmpdir(), 'ties-gpio-'));
  writeFileSync(join(sysfs, 'export'), '');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(sysfs, { recursive: true });
});

const addChip = (base: number, label: string): void => {
  const folder = join(sysfs, `gpiochip${base}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'base'), `${base}\n`);
  writeFileSync(join(folder, 'label'), `${label}\n`);
};

/** What stands for onoff; `fault` is thrown where it would export a line. */
const fakeOnoff = (fault?: unknown) => {
  const calls: unknown[][] = [];
  const listeners = new Set<(error: unknown, level: 0 | 1) => void>();
  class Gpio {
    constructor(...args: unknown[]) {
      if (fault !== undefined) throw fault;
      calls.push(args);
    }
    watch(listener: (error: unknown, level: 0 | 1) => void): void {
      listeners.add(listener);
    }
    unwatch(listener: (error: unknown, level: 0 | 1) => void): void {
      listeners.delete(listener);
    }
    async write(level: 0 | 1): Promise<void> {
      calls.push(['write', level]);
    }
    unexport(): void {
      calls.push(['unexport']);
    }
  }
  const module: OnoffModule = { Gpio };
  return { calls, listeners, load: () => module };
};

test.each([
  ['a Raspberry Pi 3 before kernel 6.6', 0, 'pinctrl-bcm2835'],
  ['a Raspberry Pi 4 since', 512, 'pinctrl-bcm2711'],
  ['a Raspberry Pi 5', 571, 'pinctrl-rp1'],
])('on %s BCM4 is line %d + 4, of the chip labelled %s', async (_, base, label) => {
  addChip(600, 'raspberrypi-exp-gpio');
  addChip(base, label);
  const { calls, load } = fakeOnoff();
  await openInput({ bcm: 4, sysfs, load });
  expect(calls).toEqual([[base + 4, 'in', 'rising']]);
});

test('an input tells of rising edges until it is told not to', async () => {
  addChip(512, 'pinctrl-bcm2711');
  const { calls, listeners, load } = fakeOnoff();
  const line = await openInput({ bcm: 4, sysfs, load });
  let edges = 0;
  const stop = line.onRising(() => {
    edges += 1;
  });
  const [tell] = listeners;
  tell?.(null, 1);
  tell?.(null, 0);
  tell?.(new Error('read'), 1);
  expect(edges).toBe(1);
  stop();
  expect(listeners.size).toBe(0);
  line.close();
  expect(calls.at(-1)).toEqual(['unexport']);
});

test('an output begins high, so that opening it resets nothing', async () => {
  addChip(512, 'pinctrl-bcm2711');
  const { calls, load } = fakeOnoff();
  const line = await openOutput({ bcm: 17, sysfs, load });
  await line.write(0);
  line.close();
  expect(calls).toEqual([[529, 'high'], ['write', 0], ['unexport']]);
});

test.each([
  ['input', openInput],
  ['output', openOutput],
])('the TPM reset, BCM24, is refused as %s before anything is touched', async (_, open) => {
  addChip(512, 'pinctrl-bcm2711');
  const { calls, load } = fakeOnoff();
  await expect(open({ bcm: 24, sysfs, load })).rejects.toMatchObject({
    code: 'GPIO_RESERVED',
    message: expect.stringMatching(/BCM24 is the reset of the TPM.*DIO2/),
  });
  expect(calls).toEqual([]);
});

test.each([-1, 28, 4.5])('the header has no BCM%d', async (bcm) => {
  await expect(openInput({ bcm, sysfs })).rejects.toMatchObject({ code: 'GPIO_NO_LINE' });
});

test('a kernel without sysfs leaves polling', async () => {
  const { load } = fakeOnoff();
  await expect(openInput({ bcm: 4, sysfs: join(sysfs, 'gone'), load })).rejects.toMatchObject({
    code: 'GPIO_NO_SYSFS',
    message: expect.stringMatching(/the radio is polled/),
  });
});

test('a machine whose chips are all others is no Raspberry Pi', async () => {
  addChip(0, 'INT34C5:00');
  const { load } = fakeOnoff();
  await expect(openInput({ bcm: 4, sysfs, load })).rejects.toMatchObject({
    code: 'GPIO_NO_HEADER',
    message: expect.stringMatching(/INT34C5:00/),
  });
});

test.each([
  ['EACCES', 'GPIO_NO_PERMISSION', /usermod -aG gpio/],
  ['EBUSY', 'GPIO_BUSY', /kernel\/debug\/gpio/],
  ['EINVAL', 'GPIO_FAILED', /EINVAL.*polled/],
])('a line that does not open with %s says what to do', async (code, expected, message) => {
  addChip(512, 'pinctrl-bcm2711');
  const { load } = fakeOnoff(Object.assign(new Error(code), { code }));
  await expect(openOutput({ bcm: 17, sysfs, load })).rejects.toMatchObject({
    name: 'TiesError',
    code: expected,
    message: expect.stringMatching(message),
  });
});

test('a module that does not load says how to build it, and what goes on without', async () => {
  vi.spyOn(Module as unknown as { _load: () => unknown }, '_load').mockImplementation(() => {
    throw new Error('was compiled against a different Node.js version');
  });
  await expect(openInput({ bcm: 4, sysfs })).rejects.toMatchObject({
    code: 'GPIO_MODULE_MISSING',
    message: expect.stringMatching(/npm rebuild epoll.*polled/),
  });
});
