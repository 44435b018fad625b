import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { CenterRecords } from '../../actors/center/records.ts';
import { memoryStore } from '../../actors/store.ts';
import type { Sighting } from '../../actors/tap.ts';
import { memberRole } from '../../config/role.ts';
import { modelTpm } from '../../drivers/tpm/model/model-tpm.ts';
import { encodeBody } from '../../protocol/body.ts';
import { concat, sha256 } from '../../protocol/bytes.ts';
import { BROADCAST, CENTER } from '../../protocol/identity.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { encodeOpen } from '../../protocol/packet.ts';
import {
  chainHash,
  deltaPreimage,
  EMPTY_ROSTER,
  pagePreimage,
  type Roster,
  type RosterEntry,
} from '../../protocol/roster.ts';
import { startDevice } from '../../runtime/device.ts';
import { provisionDevice } from '../../runtime/provision.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork, type Network, READING } from '../scenarios/network.ts';
import { joined } from './joined.ts';
import { paperNetwork } from './paper.ts';
import { flipped, type Mode } from './paper-cipher.ts';
import { Withholding } from './withholding.ts';

describe('as the paper writes it', () => {
  test.each<Mode>(['cfb', 'ctr', 'ofb'])(
    '%s: a flipped bit puts another device on the list',
    (mode) => {
      const { center, nodes } = paperNetwork({ mode });
      const [n1] = nodes;
      n1.takeList(flipped(center.listFor(n1.address, [2, 3]), -1, 3 ^ 9));
      expect(n1.list).toEqual([2, 9]);
    },
  );

  test('an old list brings back who was taken off', () => {
    const { center, nodes } = paperNetwork();
    const [n1] = nodes;
    const old = center.listFor(n1.address, [2, 3, 4]);
    n1.takeList(center.listFor(n1.address, [2, 3]));
    n1.takeList(old);
    expect(n1.list).toEqual([2, 3, 4]);
  });
});

describe('here', () => {
  /** The address of the entry in a delta: behind header, array, version, and the list's array. */
  const ADDRESS_AT = 6 + 3;

  const netIdOf = ({ world }: Network): Uint8Array =>
    (world.store('CE').get('network') as { netId: Uint8Array }).netId;

  test('a list with an altered entry is refused for its signature', () => {
    const middle = new Withholding();
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const attacker = new Attacker(network);
      const since = await joined(network, 'N1');
      middle.hold('roster.delta');
      network.world.switchOn('N2');
      await network.world.until(() => network.centerVersion === 2, 60_000, 'N2 joins');
      await network.settle(60_000);
      const heard = attacker.heard.findLast(({ name }) => name === 'roster.delta') ?? expect.fail();
      const payload = flipped(heard.payload, ADDRESS_AT, 3 ^ 2);
      await attacker.tellAndWait({ ...heard, payload });
      expect(network.refusals(since)).toContain('N1 roster.delta forged');
      expect(network.world.rosterVersion('N1')).toBe(1);
      await attacker.tellAndWait(heard);
      expect(network.world.rosterVersion('N1')).toBe(2);
    });
  });

  test('an old list is refused as such, whole or as a change', () =>
    inNetwork({ nodes: 3 }, async (network) => {
      const attacker = new Attacker(network);
      await joined(network, 'N1');
      await joined(network, 'N2');
      await joined(network, 'N3');
      const since = network.sightings.length;
      const said = attacker.heard.filter(({ name }) => name?.startsWith('roster.'));
      const [first] = said.filter(({ name }) => name === 'roster.delta');
      const [page] = said.filter(({ name }) => name === 'roster.page');
      for (const heard of [first ?? expect.fail('no delta'), page ?? expect.fail('no page')])
        await attacker.tellAndWait({ ...heard, dst: network.world.address('N1') });
      expect(network.refusals(since)).toEqual(['N1 roster.delta stale', 'N1 roster.page stale']);
      expect(network.world.rosterVersion('N1')).toBe(3);
    }));

  test('a list that the CE signed on top of another past is refused by the chain', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const since = await joined(network, 'N1', 'N2');
      const { version } = network.world.store('N1').get('roster') as Roster;
      const entry = { address: 3, state: 'revoked', devId: new Uint8Array(8) } as const;
      const body = encodeBody('roster.delta', { version: version + 1, entries: [entry] });
      const hash = chainHash(EMPTY_ROSTER.hash, version + 1, body);
      const digest = sha256(deltaPreimage(netIdOf(network), hash, body));
      const signature = await network.world.tpm('CE').perform('sign', { digest });
      const header = { name: 'roster.delta', kid: 0, counter: 99 } as const;
      const payload = concat(encodeOpen(header, {}), body, signature);
      const net = netIdOf(network)[0] as number;
      await new Attacker(network).tellAndWait({ net, src: CENTER, dst: BROADCAST, payload });
      expect(network.refusals(since).toSorted()).toEqual([
        'CE roster.delta not-for-this-role',
        'N1 roster.delta forged',
        'N2 roster.delta forged',
      ]);
      expect(network.world.rosterVersion('N1')).toBe(version);
    }));

  /** A page as the CE would sign it of its latest version. */
  const pageOf = async (network: Network, page: number, entries: RosterEntry[]) => {
    const { version, hash } = new CenterRecords(network.world.store('CE')).roster;
    const body = encodeBody('roster.page', { version, hash, page, entries });
    const digest = sha256(pagePreimage(netIdOf(network), body));
    const signature = await network.world.tpm('CE').perform('sign', { digest });
    const payload = concat(
      encodeOpen({ name: 'roster.page', kid: 0, counter: 99 }, {}),
      body,
      signature,
    );
    const dst = network.world.address('N1');
    return { net: netIdOf(network)[0] as number, src: CENTER, dst, payload };
  };

  test('a page that leaves out who was taken off does not bring him back', () => {
    const middle = new Withholding();
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      await joined(network, 'N1', 'N2');
      await network.session('N1', 'N2');
      expect(await network.readings(['N1', 'N2'])).toEqual(['N1→N2']);
      middle.hold('roster.delta');
      const address = network.world.address('N2');
      network.world.center.actor.send({ type: 'member.revoke', address });
      await network.settle(60_000);
      expect(network.isCurrent('N1')).toBe(false);
      // Genuine, and of the version that took N2 off; another page than that of N2.
      await new Attacker(network).tellAndWait(await pageOf(network, 1, []));
      expect(network.isCurrent('N1')).toBe(true);
      const since = network.sightings.length;
      const { actor } = network.world.node('N1');
      actor.send({ type: 'reading.send', peer: address, payload: READING });
      await network.settle(20_000);
      expect(network.failures(since)).toEqual([
        `N1 ktc.inquirer.${address}: revoked`,
        `N1 reading.${address}.1: PEER_UNAUTHORIZED`,
      ]);
      expect(network.world.store('N1').get(`session/${address}`)).toBeUndefined();
    });
  });

  test('of whom a page leaves nothing known is asked about when he speaks', () => {
    const middle = new Withholding();
    return inNetwork({ nodes: 3, lose: middle.lose }, async (network) => {
      await joined(network, 'N1', 'N2');
      await network.session('N1', 'N2');
      middle.hold('roster.delta');
      network.world.switchOn('N3');
      await network.settle(60_000);
      const since = network.sightings.length;
      await new Attacker(network).tellAndWait(await pageOf(network, 1, []));
      expect(await network.readings(['N2', 'N1'])).toEqual(['N2→N1']);
      const asked = network.endings(since).filter((ending) => ending.includes('inquirer'));
      expect(asked).toEqual([`N1 ktc.inquirer.${network.world.address('N2')}: null`]);
    });
  });

  test('a page with an altered entry is refused, and one of the version that is held too', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await joined(network, 'N1', 'N2');
      const since = network.sightings.length;
      const genuine = await pageOf(network, 0, []);
      const attacker = new Attacker(network);
      await attacker.tellAndWait(genuine);
      // The version stands behind header and the array's head.
      const newer = flipped(genuine.payload, 6 + 1, 2 ^ 9);
      await attacker.tellAndWait({ ...genuine, payload: newer });
      expect(network.refusals(since)).toEqual(['N1 roster.page held', 'N1 roster.page forged']);
    }));

  test('a CE whose store was put back to an older one refuses to run', async () => {
    const clock = new HeapClock();
    const random = seededRandom('altered-list', 'CE');
    const tpm = modelTpm({ random });
    const role = memberRole({ role: 'center', name: 'CE', suite: 'p256' });
    await provisionDevice(role, tpm);
    await tpm.perform('raiseRosterFloor', { version: 3 });
    const store = memoryStore();
    const netId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    await store.write({ network: { netId, nextAddress: 4, generation: 2 } });
    const news: Sighting[] = [];
    const device = startDevice(role, {
      clock,
      random,
      radio: simulatedMedium({ clock, random, loss: 0 }).join({
        id: 'CE',
        modulation: presets.default,
      }),
      tpm,
      store,
      log: pino({ level: 'silent' }),
      watchers: [(seen) => seen.kind === 'news' && news.push(seen)],
    });
    await clock.advance(5_000);
    await device.stop();
    expect(news.map(({ what }) => what)).toEqual([
      expect.objectContaining({ type: 'center.failed', reason: 'CENTER_STORE_OLD' }),
    ]);
  });
});
