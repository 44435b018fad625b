import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { TiesError } from '../protocol/errors.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import { feedWatchdog, RadioHealth, TpmHealth } from './health.ts';

const rig = (watchdogMs: number | null) => {
  const clock = new HeapClock();
  const fedMs: number[] = [];
  const troubles = new Subject<TiesError>();
  const told: string[] = [];
  const radio = new RadioHealth(troubles, ({ code }) => told.push(code));
  const tpm = { answers: true };
  const stop = feedWatchdog({
    ...{ clock, radio },
    manager: {
      ...{ ready: () => {}, status: () => {}, stopping: () => {}, watchdogMs },
      alive: () => fedMs.push(clock.now()),
    },
    tpm: {
      handles: async () => {
        if (tpm.answers) return { transient: 0, sessions: 0, persistent: 3 };
        throw new TiesError('TPM_UNAVAILABLE', 'gone');
      },
    },
  });
  const trouble = (code: string) => troubles.next(new TiesError(code, 'what to do'));
  const fedWithin = async (ms: number): Promise<number> => {
    const before = fedMs.length;
    await clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
    return fedMs.length - before;
  };
  return { clock, tpm, told, trouble, fedWithin, stop };
};

test('it is fed twice as often as it asks', async () => {
  const { fedWithin, stop } = rig(1_000);
  await fedWithin(0);
  for (let round = 0; round < 5; round += 1) expect(await fedWithin(500)).toBe(1);
  stop();
  expect(await fedWithin(500)).toBe(0);
});

test('not while the TPM does not answer', async () => {
  const { tpm, fedWithin } = rig(1_000);
  await fedWithin(0);
  tpm.answers = false;
  expect(await fedWithin(500)).toBe(0);
  tpm.answers = true;
  expect(await fedWithin(500)).toBe(1);
});

test.each([
  ['RADIO_BROKEN', 'RADIO_HEALED'],
  ['AIR_LOST', 'AIR_BACK'],
])('not from %s until %s', async (broken, healed) => {
  const { trouble, told, fedWithin } = rig(1_000);
  await fedWithin(0);
  trouble(broken);
  trouble('RADIO_ODD');
  expect(await fedWithin(500)).toBe(0);
  trouble(healed);
  expect(await fedWithin(500)).toBe(1);
  expect(told).toEqual([broken, 'RADIO_ODD', healed]);
});

test('without a watchdog nothing is asked', async () => {
  const { clock, fedWithin } = rig(null);
  expect(await fedWithin(10_000)).toBe(0);
  expect(clock.now()).toBe(10_000);
});

test('a TPM is well when its last operation was, whatever it was given', async () => {
  let fault: string | null = null;
  const health = new TpmHealth();
  const tpm = health.watch({
    perform: async () => {
      if (fault !== null) throw new TiesError(fault, 'what to do');
      return undefined as never;
    },
    handles: () => Promise.reject(new TiesError('TPM_UNAVAILABLE', 'gone')),
    close: async () => {},
  });
  const after = async (code: string | null): Promise<string> => {
    fault = code;
    await tpm.perform('readAccessKey', {}).catch(() => undefined);
    return health.trouble?.code ?? 'ok';
  };
  expect(await after(null)).toBe('ok');
  expect(await after('TPM_BAD_WRAP')).toBe('ok');
  expect(await after('TPM_REFUSED')).toBe('TPM_REFUSED');
  expect(await after('TPM_BAD_WRAP')).toBe('TPM_REFUSED');
  expect(await after('TPM_UNAVAILABLE')).toBe('TPM_UNAVAILABLE');
  expect(await after(null)).toBe('ok');
});
