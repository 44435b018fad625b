import { describe, expect, test } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import type { Outputs, Parameters } from '../sweep/scenario.ts';
import { scenarios } from './all.ts';
import { exchanges } from './exchanges.ts';
import { rsaKeyMs } from './keys-on-demand.ts';
import { randomGraph } from './random-graph.ts';

const meter = { wallMs: () => 0, cpuMs: () => 0, heapBytes: () => 0 };
const run = (name: string, given: Parameters, seed = 1): Promise<Outputs> => {
  const wanted = scenarios[name] as (typeof scenarios)[string];
  return wanted.run(wanted.parameters.parse(given), { seed, meter });
};

test('an RSA key takes as long as the chips took: mean, median, nine of ten, and the most', () => {
  const random = seededRandom(1, 'keys');
  const drawn = Array.from({ length: 20_000 }, () => rsaKeyMs(random)).sort((a, b) => a - b);
  const quantile = (share: number): number => drawn[Math.floor(share * drawn.length)] as number;
  const mean = drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length;
  expect(mean / 10_500).toBeCloseTo(1, 1);
  expect(quantile(0.5) / 8_900).toBeCloseTo(1, 1);
  expect(quantile(0.9) / 18_500).toBeCloseTo(1, 1);
  expect(drawn.at(-1)).toBeLessThanOrEqual(53_260);
});

describe('the rungs of Table 2', () => {
  const ours = { nodes: 2, loss: 0 };

  test('differ by what they are named after', async () => {
    const [beforehand, onDemand, stopAndWait, rsa] = await Promise.all([
      run('network', ours),
      run('network', { ...ours, keys: 'on-demand' }),
      run('network', { ...ours, link: 'stop-and-wait' }),
      run('network', { ...ours, suite: 'rsa2048' }),
    ] as const);
    // A P-256 key is 218 ms; a join makes two, and so does a key distribution.
    for (const key of ['masterKeyMs', 'keyMs'] as const)
      expect((onDemand[key] as number) - (beforehand[key] as number)).toBeCloseTo(436, -1);
    expect(stopAndWait.keyMs).not.toBe(beforehand.keyMs);
    expect(rsa.keyBytes as number).toBeGreaterThan((beforehand.keyBytes as number) + 400);
    for (const made of [beforehand, onDemand, stopAndWait, rsa]) {
      const { keyMs, keyCenterMs, keyOtherMs } = made as Record<string, number>;
      expect(keyMs).toBeGreaterThan(keyCenterMs as number);
      expect(keyCenterMs).toBeGreaterThan(keyOtherMs as number);
      // Once the joiner has its Master Key, the list is signed and goes to the others.
      const { joinMs, masterKeyMs, joinOtherMs } = made as Record<string, number>;
      expect(joinOtherMs).toBeGreaterThan(0);
      expect(joinMs).toBeGreaterThan((masterKeyMs as number) + (joinOtherMs as number));
    }
  });

  test('get through with a link that asks again for every frame that is lost', async () => {
    const given = { ...ours, link: 'stop-and-wait', loss: 0.3, suite: 'rsa2048' };
    const { joinMs, keyMs, confirmMs } = await run('network', given);
    for (const ms of [joinMs, keyMs, confirmMs]) expect(ms).not.toBeNull();
  });
});

describe('exchanges', () => {
  test('of others have the sizes that are documented', () => {
    const bytes = (name: keyof typeof exchanges): number =>
      exchanges[name].reduce((sum, leg) => sum + leg.bytes, 0);
    expect(bytes('EDHOC-shaped')).toBe(101);
    expect(bytes('DTLS 1.3 PSK-shaped')).toBe(501);
    expect(bytes('DTLS 1.3 RPK-shaped')).toBe(894);
    expect(bytes('LoRaWAN join-shaped')).toBe(56);
    // Their ceilings are 242 for K1, 247 for K2, 34 for K3 and 38 for K4.
    expect(bytes('KTC direct, P-256')).toBeLessThanOrEqual(242 + 247 + 34 + 38);
    expect(bytes('KTC direct, P-256')).toBeGreaterThan(2 * 205);
  });

  test('take their TPMs besides, and longer where frames are lost', async () => {
    const exchange = 'KTC indirect, RSA';
    const [whole, half] = await Promise.all([
      run('exchange', { exchange }),
      run('exchange', { exchange, loss: 0.5 }),
    ]);
    expect(whole.linkMs).toBeGreaterThan(whole.airtimeMs as number);
    expect(whole.ms).toBeGreaterThan((whole.linkMs as number) + 500);
    expect(half.linkMs).toBeGreaterThan(1.5 * (whole.linkMs as number));
    expect(half.messageBytes).toBe(whole.messageBytes);
  });
});

test('a random graph gives each node its neighbours, no pair twice', () => {
  const edges = randomGraph(50, 3, seededRandom(1, 'graph'));
  expect(edges).toHaveLength(150);
  expect(new Set(edges.map((edge) => [...edge].sort((a, b) => a - b).join()))).toHaveLength(150);
  expect(edges.every(([from, to]) => from !== to && to < 50)).toBe(true);
});

test('a site lives, fails and comes back, and does so again from its seed', async () => {
  const given = { nodes: 4, degree: 1, hours: 0.2, outage: true };
  const site = await run('scale', given);
  expect(site).toMatchObject({ sessionsShare: 1, readingsShare: 1 });
  expect(site.failureS).toBeGreaterThan(0);
  expect(site.centerRestartS).toBeGreaterThan(0);
  expect(site.outageS).toBeGreaterThan(0);
  expect(await run('scale', given)).toEqual(site);
});
