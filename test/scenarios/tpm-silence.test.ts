import { describe, expect, test } from 'vitest';
import { openEsapiTpm } from '../../drivers/tpm/esapi/open.ts';
import type { Tpm } from '../../drivers/tpm/interface.ts';
import { Secret } from '../../protocol/secret.ts';
import { provisionDevice } from '../../runtime/provision.ts';
import { isSwtpmInstalled, startSwtpm } from '../../simulations/swtpm/process.ts';
import { timedTpm } from '../../simulations/timed-tpm.ts';
import { latencyTable } from '../../simulations/tpm-supply.ts';
import { inNetwork, type Network } from './network.ts';
import { hanging } from './spoiled-tpm.ts';

describe('a TPM that never answers', () => {
  test('at a node: its request ends with TPM_UNAVAILABLE, later ones at once, others go on', () =>
    inNetwork(
      { nodes: 3, wrapTpm: hanging({ device: 'N1', operation: 'createSessionKey', nth: 0 }) },
      async (network) => {
        const { world } = network;
        await network.join('N1', 'N2', 'N3');
        network.request('N1', world.address('N2'));
        await network.session('N2', 'N3');
        expect(await network.readings(['N2', 'N3'])).toEqual(['N2→N3']);
        expect(network.failures()).toEqual(['N1 ktc.requester.3: TPM_UNAVAILABLE']);
        const askedMs = world.clock.now();
        await network.session('N1', 'N3');
        const [, second] = network.sightings.filter(
          ({ type, device, what }) =>
            type === 'run.ended' && device === 'N1' && (what as { reason: string }).reason !== null,
        );
        expect(second).toMatchObject({
          what: { actor: 'ktc.requester.4', reason: 'TPM_UNAVAILABLE' },
        });
        expect((second?.atMs ?? 0) - askedMs).toBeLessThan(5_000);
      },
    ));

  test('at the Central Entity: who asks it is told busy, and sessions that stand go on', () =>
    inNetwork(
      { nodes: 3, wrapTpm: hanging({ device: 'CE', operation: 'translate', nth: 1 }) },
      async (network) => {
        await network.join('N1', 'N2', 'N3');
        await network.session('N1', 'N2');
        await network.session('N2', 'N3');
        expect(network.failures()).toContain('N2 ktc.requester.4: unanswered');
        expect(network.failures()).toContain('CE ktc.translator.3: TPM_UNAVAILABLE');
        await network.session('N3', 'N1');
        expect(network.failures()).toContain('N3 ktc.requester.2: busy');
        expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      },
    ));

  test('and answers after all: the next request is served', async () => {
    let answer = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const wrapTpm = hanging({ device: 'N1', operation: 'createSessionKey', nth: 0 }, late);
    await inNetwork({ nodes: 2, wrapTpm }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      expect(network.failures()).toEqual(['N1 ktc.requester.3: TPM_UNAVAILABLE']);
      answer();
      await network.settle(1_000);
      await network.session('N1', 'N2');
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    });
  });

  test('has a bounded queue: what is too much is answered TPM_BUSY at once', () =>
    inNetwork(
      {
        nodes: 1,
        admit: false,
        wrapTpm: hanging({ device: 'CE', operation: 'sealAccessKey', nth: 0 }),
      },
      async (network) => {
        const { actor } = network.world.center;
        for (let at = 0; at < 40; at += 1) {
          const label = {
            devId: new Uint8Array(12).fill(at),
            accessKey: new Secret(new Uint8Array(16)),
          };
          actor.send({ type: 'label.admit', label });
        }
        const reasons = () => network.news('label.refused').map(({ reason }) => reason);
        await network.world.clock.advance(1_000);
        // One in work, 32 waiting.
        expect(reasons()).toEqual(Array(40 - 33).fill('TPM_BUSY'));
        await network.world.clock.advance(90_000);
        expect(reasons().slice(7)).toEqual(Array(33).fill('TPM_UNAVAILABLE'));
      },
    ));
});

describe.runIf(isSwtpmInstalled())('a swtpm', () => {
  test('killed in the middle of a session: it is unavailable by name, and the others go on', async () => {
    const swtpm = await startSwtpm();
    const own = await openEsapiTpm({ tcti: swtpm.tcti });
    const label = await provisionDevice({ role: 'node', suite: 'p256' }, own);
    const mortal: Tpm = {
      perform: async (name, input) => {
        if (name === 'createSessionKey') await swtpm.stop();
        return own.perform(name, input);
      },
      handles: () => own.handles(),
      close: () => own.close(),
    };
    let network: Network | null = null;
    const wrapTpm = (tpm: Tpm, device: string): Tpm =>
      device === 'N1' && network !== null
        ? timedTpm(mortal, network.world.clock, latencyTable('slb9670'))
        : tpm;
    await inNetwork({ nodes: 3, wrapTpm }, async (made) => {
      network = made;
      if (label !== null) made.world.center.actor.send({ type: 'label.admit', label });
      await made.join('N1', 'N2', 'N3');
      await made.session('N1', 'N2');
      expect(made.failures()).toEqual([
        expect.stringMatching(/^N1 ktc\.requester\.\d: TPM_UNAVAILABLE$/),
      ]);
      await made.session('N2', 'N3');
      await made.session('N3', 'N2', 'indirect');
      expect(await made.readings(['N2', 'N3'], ['N3', 'N2'])).toEqual(['N2→N3', 'N3→N2']);
    });
  });
});
