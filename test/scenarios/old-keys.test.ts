import { describe, expect, test } from 'vitest';
import { inNetwork, type Network } from './network.ts';
import { restart, said } from './rejoining.ts';

describe('keys grow old', () => {
  const HOUR_MS = 3_600_000;

  const readingAfter = async (network: Network, ms: number) => {
    await network.settle(ms);
    const since = network.transmissions.length;
    await network.readings(['N1', 'N2']);
    await network.settle(60_000);
    return said(network, since);
  };

  test('those of data are renewed by a confirm, that of the session by a new one', () =>
    inNetwork(
      { nodes: 2, limits: { trafficMs: 2 * HOUR_MS, sessionMs: 5 * HOUR_MS } },
      async (network) => {
        await network.join('N1', 'N2');
        await network.session('N1', 'N2');
        expect(await readingAfter(network, HOUR_MS)).toEqual(['data']);
        expect(await readingAfter(network, HOUR_MS)).toEqual(
          expect.arrayContaining(['C1', 'C2', 'data']),
        );
        const later = await readingAfter(network, 5 * HOUR_MS);
        expect(later).toEqual(expect.arrayContaining(['K1', 'K2.direct', 'C1', 'C2']));
        expect(await readingAfter(network, HOUR_MS)).toEqual(['data']);
        expect(network.failures()).toEqual([]);
      },
    ));

  test('a session key confirmed so often is replaced, over restarts too', () =>
    inNetwork({ nodes: 2, limits: { confirms: 3 } }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      for (let at = 0; at < 2; at += 1) {
        expect(await readingAfter(network, 0)).toEqual(['data']);
        await restart(network, 'N1');
        await network.settle(30_000);
      }
      expect(await readingAfter(network, 0)).toContain('K1');
      expect(await readingAfter(network, 0)).toEqual(['data']);
    }));
});
