import { describe, expect, test } from 'vitest';
import type { MessageName } from '../../protocol/messages.ts';
import { Attacker } from './attacker.ts';
import { losing, type Overheard, overheardIn } from './frames.ts';
import { inNetwork, type Network } from './network.ts';
import { refusing } from './spoiled-tpm.ts';

/** What is said from a point on, by name. */
const said = (network: Network, since: number) =>
  overheardIn(network.transmissions.slice(since)).map(({ name }) => name);

const restart = async (network: Network, name: string): Promise<void> => {
  await network.world.powerOff(name);
  network.world.switchOn(name);
};

describe('a node that restarts', () => {
  test('is a member again, and its sessions live on without a new key', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const since = network.transmissions.length;
      await restart(network, 'N1');
      await network.settle(30_000);
      expect(network.news('node.rejoined').map(({ device }) => device)).toEqual(['N1']);
      expect(said(network, since)).toEqual(['R1', 'R2', 'C1', 'C2', 'data']);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      await network.session('N2', 'N1');
      expect(network.failures()).toEqual([]);
    }));
});

describe('a center that restarts', () => {
  test('calls its members, who agree with it on new epochs', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const since = network.transmissions.length;
      await restart(network, 'CE');
      await network.settle(60_000);
      expect(said(network, since).toSorted()).toEqual(['R0.all', 'R1', 'R1', 'R2', 'R2']);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      await network.session('N2', 'N1');
      expect(network.failures()).toEqual([]);
    }));
});

const first = (network: Network, name: MessageName): Overheard =>
  overheardIn(network.transmissions).find((heard) => heard.name === name) as Overheard;

const rejoined = (network: Network) => network.news('node.rejoined').map(({ device }) => device);

const emptied = async ({ world }: Network, name: string): Promise<void> => {
  const keys = world
    .store(name)
    .entries('')
    .map(([key]) => key);
  await world.store(name).write(Object.fromEntries(keys.map((key) => [key, undefined])));
};

describe('a node that restarts', () => {
  test('rejoins with an empty store, and asks for the whole list', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      await network.world.powerOff('N1');
      await emptied(network, 'N1');
      network.world.switchOn('N1');
      await network.settle(60_000);
      expect([rejoined(network), network.isCurrent('N1')]).toEqual([['N1'], true]);
      await network.session('N1', 'N2');
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    }));

  test('takes no key and no challenge before the center has answered it', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2', 'indirect');
      const [ticket, delivery] = [first(network, 'ticket'), first(network, 'C1')];
      await world.powerOff('CE');
      await restart(network, 'N2');
      await network.settle(10_000);
      world.node('N1').actor.send({ type: 'session.confirm', peer: world.address('N2') });
      await network.settle(5_000);
      const attacker = new Attacker(network);
      await attacker.tellAndWait(ticket);
      await attacker.tellAndWait({ ...ticket, src: 1 });
      await attacker.tellAndWait(delivery);
      const refused = network.refusals().filter((refusal) => refusal.endsWith('rejoining'));
      expect(new Set(refused)).toEqual(new Set(['N2 C1 rejoining', 'N2 ticket rejoining']));
      world.node('N2').actor.send({ type: 'session.request', peer: 2, mode: 'direct' });
      expect(network.news('command.refused')).toHaveLength(1);
      world.switchOn('CE');
      await network.settle(600_000);
      expect(rejoined(network)).toEqual(['N2']);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    }));

  test('whose access key is still there erases it, and decides for its offer by its R1', () =>
    inNetwork(
      {
        nodes: 1,
        wrapTpm: refusing({ device: 'N1', operation: 'removeAccessKey', nth: 0 }),
      },
      async (network) => {
        const { world } = network;
        world.switchOn('N1');
        await network.settle(60_000);
        expect(world.store('CE').entries('member/')).toEqual([]);
        await restart(network, 'N1');
        await network.settle(60_000);
        expect([rejoined(network), network.isCurrent('N1')]).toEqual([['N1'], true]);
        expect(overheardIn(network.transmissions).map(({ name }) => name)).not.toContain('J5');
        const { hasAccessKey } = await world.tpm('N1').perform('boot', {});
        expect(hasAccessKey).toBe(false);
      },
    ));

  test('in the same epochs keeps its keys and windows', () =>
    inNetwork({ nodes: 1, limits: { silenceMs: 800_000 } }, async (network) => {
      await network.join('N1');
      for (let at = 0; at < 2; at += 1) {
        network.request('N1', 99);
        await network.settle();
      }
      const used = network.tpmUses.length;
      await network.settle(500_000);
      expect(said(network, 0).filter((name) => name === 'R2').length).toBeGreaterThan(0);
      // The rejoin key of either side, and nothing under the epochs, which are as they were.
      const derived = network.tpmUses.slice(used).map(({ device }) => device);
      expect(derived.toSorted()).toEqual(['CE', 'N1']);
      await new Attacker(network).tellAndWait(first(network, 'peer.query'));
      expect(network.refusals()).toContain('CE peer.query replay');
    }));
});

describe('what was said at a rejoin', () => {
  test('is refused by name when it comes again', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      await network.join('N1');
      await restart(network, 'CE');
      await network.settle(30_000);
      const [call, r1, r2] = [first(network, 'R0.all'), first(network, 'R1'), first(network, 'R2')];
      await restart(network, 'N1');
      await network.settle(60_000);
      await restart(network, 'CE');
      await network.settle(400_000);
      const attacker = new Attacker(network);
      const [since, state, uses] = [
        network.sightings.length,
        network.state(),
        network.tpmUses.length,
      ];
      for (const message of [call, r1, r2]) await attacker.tellAndWait(message);
      expect(network.refusals(since).toSorted()).toEqual([
        'CE R0.all not-for-this-role',
        'CE R1 replay',
        'N1 R0.all stale-epoch',
        'N1 R2 unknown-source',
      ]);
      expect([network.state(), network.tpmUses.length]).toEqual([state, uses]);
    }));

  test('to a single node is refused by name when it comes again', () =>
    inNetwork({ nodes: 1, lose: losing(['R0.all'], 20_000) }, async (network) => {
      await network.join('N1');
      await restart(network, 'CE');
      await network.settle(30_000);
      await restart(network, 'N1');
      await network.settle(30_000);
      const since = network.sightings.length;
      await new Attacker(network).tellAndWait(first(network, 'R0'));
      expect(network.refusals(since)).toEqual(['N1 R0 stale-epoch']);
    }));

  test('to all and altered is refused for its signature', () =>
    inNetwork({ nodes: 1, lose: losing(['R0.all'], 3_000) }, async (network) => {
      await network.join('N1');
      await restart(network, 'CE');
      await network.settle(2_000);
      await network.world.powerOff('CE');
      await network.settle(2_000);
      const call = first(network, 'R0.all');
      const kept = () => network.world.store('N1').entries('');
      const [since, before] = [network.transmissions.length, kept()];
      // A later epoch, a longer wait, another signature.
      const attacker = new Attacker(network);
      for (const at of [7, 9, 40]) {
        const payload = call.payload.slice();
        payload[at] = (payload[at] as number) ^ 1;
        await attacker.tellAndWait({ ...call, payload });
      }
      expect(network.refusals()).toEqual(Array(3).fill('N1 R0.all forged'));
      expect(kept()).toEqual(before);
      expect(said(network, since)).not.toContain('R1');
      await attacker.tellAndWait(call);
      expect(said(network, since)).toContain('R1');
    }));

  test('to a node that asks again is no answer', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      await network.join('N1');
      await restart(network, 'N1');
      await network.settle(30_000);
      const r2 = first(network, 'R2');
      await world.powerOff('CE');
      await restart(network, 'N1');
      await network.settle(3_000);
      // Some meet what the node itself says.
      const attacker = new Attacker(network);
      for (let at = 0; at < 5; at += 1) await attacker.tellAndWait(r2, 1_700);
      expect(network.refusals()).toContain('N1 R2 tag');
      expect(rejoined(network)).toHaveLength(1);
    }));

  test('by a center of an epoch that is over is refused, whoever answers', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      await network.join('N1');
      await world.powerOff('N1');
      await world.store('N1').write({ centerEpoch: 9 });
      world.switchOn('N1');
      await network.settle(20_000);
      expect(network.refusals()).toContain('N1 R2 stale-epoch');
      expect(rejoined(network)).toEqual([]);
    }));

  test('to a member that has rejoined since does nothing: the same R1 has the same answer', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      await network.join('N1');
      await restart(network, 'N1');
      await network.settle(30_000);
      const [since, state] = [network.sightings.length, network.state()];
      await new Attacker(network).tellAndWait(first(network, 'R1'));
      expect(network.refusals(since)).toEqual(['CE R1 repeated', 'N1 R2 repeated']);
      expect(network.state()).toBe(state);
    }));
});

describe('a center that restarts', () => {
  test('takes nothing of an epoch before, and calls who says it, at most once a minute', () =>
    inNetwork({ nodes: 1, lose: losing(['R0', 'R0.all'], 90_000) }, async (network) => {
      await network.join('N1');
      await restart(network, 'CE');
      await network.settle(20_000);
      const since = network.transmissions.length;
      for (let at = 0; at < 5; at += 1) {
        network.request('N1', 99);
        await network.settle(6_000);
      }
      expect(
        network.refusals().filter((refusal) => refusal.endsWith('stale-epoch')).length,
      ).toBeGreaterThan(3);
      const calls = overheardIn(network.transmissions.slice(since)).filter(
        ({ name }) => name === 'R0',
      );
      expect(new Set(calls.map(({ payload }) => Buffer.from(payload).toString('hex'))).size).toBe(
        1,
      );
    }));

  test('amid a join after J4 answers the J5 of before with R0, and nobody gets a second address', () =>
    inNetwork({ nodes: 1, lose: losing(['J5'], 8_000) }, async (network) => {
      const { world } = network;
      world.switchOn('N1');
      await world.until(
        () => overheardIn(network.transmissions).some(({ name }) => name === 'J5'),
        60_000,
        'N1 says J5',
      );
      await restart(network, 'CE');
      await network.settle(60_000);
      expect(said(network, 0).slice(-3)).toContain('roster.delta');
      expect(network.news('node.joined')).toMatchObject([{ address: 2 }]);
      expect(world.store('CE').entries('member/')).toHaveLength(1);
      expect(network.isCurrent('N1')).toBe(true);
    }));
});

describe('a node that hears nothing of its center', () => {
  const SILENCE_MS = 800_000;

  /** Whether a reading gets through; the air is full of what everybody asks the center. */
  const canRead = async (network: Network): Promise<boolean> => {
    for (let tries = 0; tries < 4; tries += 1)
      if ((await network.readings(['N1', 'N2'])).length > 0) return true;
    return false;
  };

  test('asks after half the time, and talks to no peer after the whole, until it is back', () =>
    inNetwork({ nodes: 2, limits: { silenceMs: SILENCE_MS } }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      await world.powerOff('CE');
      const since = network.transmissions.length;
      await network.settle(0.3 * SILENCE_MS);
      expect(said(network, since)).toEqual([]);
      expect(await canRead(network)).toBe(true);
      await network.settle(0.3 * SILENCE_MS);
      expect(said(network, since)).toContain('R1');
      expect(await canRead(network)).toBe(true);
      await network.settle(0.5 * SILENCE_MS);
      const last = network.sightings.length;
      expect(await canRead(network)).toBe(false);
      expect(network.failures(last).join()).toMatch(/N1 reading.3.\d+: CENTER_SILENT/);
      world.switchOn('CE');
      await network.settle(400_000);
      expect(await canRead(network)).toBe(true);
    }));

  test('takes nothing of a peer either', () =>
    inNetwork({ nodes: 2, limits: { silenceMs: SILENCE_MS } }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      await network.readings(['N1', 'N2']);
      await world.powerOff('CE');
      await network.settle(1.2 * SILENCE_MS);
      const data = overheardIn(network.transmissions).findLast(({ name }) => name === 'data');
      const attacker = new Attacker(network);
      for (let at = 0; at < 5; at += 1) await attacker.tellAndWait(data as Overheard, 1_700);
      expect(network.refusals()).toContain('N2 data center-silent');
    }));
});

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
