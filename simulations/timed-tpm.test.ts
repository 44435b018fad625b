import { expect, test } from 'vitest';
import { modelTpm } from '../drivers/tpm/model/model-tpm.ts';
import { Secret } from '../protocol/secret.ts';
import { HeapClock } from './heap-clock.ts';
import { seededRandom } from './seeded-random.ts';
import { type TpmTiming, timedTpm } from './timed-tpm.ts';
import { operationLatencyMs, slb9670, swtpm } from './tpm-latency.ts';

const blocks = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];

test('an operation takes the sum of its commands', () => {
  const derivation = { key: 'masterKey', blocks } as const;
  expect(operationLatencyMs(slb9670, 'derive', derivation)).toBeCloseTo(3 * 14.6);
  expect(operationLatencyMs(swtpm, 'derive', derivation)).toBeCloseTo(3 * 0.02);
});

test('a timed TPM answers, and refuses, only when the chip would', async () => {
  const clock = new HeapClock();
  const tpm = timedTpm(modelTpm({ random: seededRandom(1, 'tpm') }), clock, slb9670);
  const log: string[] = [];
  const note = (what: string) => () => log.push(`${what} at ${clock.now()}`);
  tpm.perform('boot', {}).catch(note('not provisioned'));
  await clock.advance(1_000);
  tpm.perform('provision', { role: 'node', suite: 1 }).then(note('provisioned'));
  await clock.advance(2_000);
  tpm.perform('boot', {}).then(note('booted'));
  await clock.advance(1_000);
  // NV_Increment and three NV_Read; then CreatePrimary, EvictControl, FlushContext, ReadPublic,
  // StartAuthSession, four NV_DefineSpace, GetRandom, NV_Write.
  expect(log).toEqual(['not provisioned at 60', 'provisioned at 1685', 'booted at 3060']);
});

test.each([
  { canRewrap: false, ms: 56 },
  // StartAuthSession, PolicyCommandCode, PolicyOR and FlushContext besides.
  { canRewrap: true, ms: 56 + 10 + 6 + 6 + 3 },
])('it takes as long as its storage key asks for, Rewrap there: $canRewrap', async (given) => {
  const clock = new HeapClock();
  const { canRewrap, ms } = given;
  const model = modelTpm({ random: seededRandom(1, 'tpm'), canRewrap });
  const taken: number[] = [];
  const ended = ({ startMs, endMs }: TpmTiming) => taken.push(endMs - startMs);
  const tpm = timedTpm(model, clock, slb9670, ended);
  const masterKey = new Secret(new Uint8Array(32));
  tpm
    .perform('provision', { role: 'center', suite: 1 })
    .then(() => tpm.perform('boot', {}))
    .then(() => tpm.perform('createMasterKey', { masterKey }));
  await clock.advance(10_000);
  expect(taken.at(-1)).toBeCloseTo(ms);
});
