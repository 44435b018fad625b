import { delay, firstValueFrom, of } from 'rxjs';
import { expect, test } from 'vitest';
import { wallClock } from '../../drivers/clock/wall.ts';
import { inNetwork, isWhole } from './network.ts';
import { withTripwire } from './tripwire.ts';

test.each(['direct', 'indirect'] as const)(
  'a world has only the time and the chance it was given, %s',
  async (mode) => {
    const tripped = await withTripwire(() =>
      inNetwork({ nodes: 2, loss: 0.2 }, async (network) => {
        expect(isWhole(await network.mainJob(mode), 2)).toBe(true);
      }),
    );
    expect(tripped).toEqual([]);
  },
);

test('a TPM that looks at the clock on the wall trips it', async () => {
  const tripped = await withTripwire(() =>
    inNetwork(
      {
        nodes: 1,
        wrapTpm: (tpm) => ({
          ...tpm,
          perform: (name, input) => {
            if (name === 'readAccessKey') wallClock.now();
            return tpm.perform(name, input);
          },
        }),
      },
      (network) => expect(network.world.join('N1', 5_000)).rejects.toThrow(),
    ),
  );
  expect(tripped[0]).toMatch(/^now .*drivers\/clock\/wall\.ts/);
});

test.each([
  ['setTimeout', () => setTimeout(() => undefined, 1)],
  ['setInterval', () => setInterval(() => undefined, 1)],
  ['now', () => Date.now()],
  ['now', () => performance.now()],
  ['random', () => Math.random()],
])('%s of our own code trips it', async (name, call) => {
  const tripped = await withTripwire(async () => expect(call).toThrow('is not injected'));
  expect(tripped).toEqual([expect.stringMatching(`^${name}.*tripwire\\.test\\.ts`)]);
});

test('a library of ours on a scheduler of its own trips it', async () => {
  const tripped = await withTripwire(() =>
    expect(firstValueFrom(of(1).pipe(delay(1)))).rejects.toThrow('is not injected'),
  );
  expect(tripped).toEqual([expect.stringMatching(/node_modules\/rxjs/)]);
});

test('the timers of others go on, and ours do afterwards', async () => {
  const { setTimeout: later } = await import('node:timers/promises');
  expect(await withTripwire(() => later(1))).toEqual([]);
  expect(Date.now()).toBeGreaterThan(0);
  expect(Math.random()).toBeLessThan(1);
});
