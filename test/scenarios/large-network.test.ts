import { beforeAll, describe, expect, test } from 'vitest';
import { CenterRecords } from '../../actors/center/records.ts';
import type { Slots } from '../../actors/node/sessions.ts';
import type { Roster } from '../../protocol/roster.ts';
import { Network } from './network.ts';

/** Enough for three pages of the list, and for joins that are told of together. */
const NODES = 24;

/**
 * One network for all of it, as it takes long to be made. N1 has address 2, so N1 to N10 stand on
 * the first page, N11 to N20 on the second, and the others on the third.
 */
describe('in a network whose list has several pages', () => {
  let network: Network;
  let grewMs: number[];

  const held = (name: string): Roster => network.world.store(name).get<Roster>('roster') as Roster;
  const knows = (name: string, other: string): boolean =>
    held(name).entries.some(({ address }) => address === network.world.address(other));
  const hasKeyFor = (name: string, other: string): boolean =>
    network.world.store(name).get<Slots>(`session/${network.world.address(other)}`) !== undefined;
  const revoke = async (name: string): Promise<void> => {
    const address = network.world.address(name);
    network.world.center.actor.send({ type: 'member.revoke', address });
    await network.settle(20_000);
  };
  const said = (message: string, sinceMs = 0) =>
    network.chronicle.air().filter((row) => row.message === message && row.startMs >= sinceMs);
  const centerAirtimeMs = (fromMs: number, toMs: number): number =>
    network.transmissions
      .filter(({ radioId, startMs }) => radioId === 'CE' && startMs >= fromMs && startMs < toMs)
      .reduce((sum, { airtimeMs }) => sum + airtimeMs, 0);

  beforeAll(async () => {
    network = await Network.create({ nodes: NODES, sensors: { N21: { peers: ['N1'] } } });
    const { world } = network;
    grewMs = [];
    for (const name of world.nodeNames) {
      grewMs.push(world.clock.now());
      world.switchOn(name);
      await world.clock.advance(8_000);
    }
    grewMs.push(world.clock.now());
    await world.clock.advance(90_000);
    return () => world.close();
  });

  test('each joins, is sent one page at most, and holds the version of the center', () => {
    for (const name of network.world.nodeNames) expect(network.isCurrent(name), name).toBe(true);
    for (const name of network.world.nodeNames)
      expect(said('roster.page').filter(({ to }) => to === name).length, name).toBeLessThan(2);
    expect(new CenterRecords(network.world.store('CE')).listedEntries).toHaveLength(NODES);
    // The last of them were told of together.
    expect(network.centerVersion).toBeLessThan(NODES);
  });

  test('who joins costs no node a write to its TPM, but the joiner one', () => {
    const raised = network.tpmUses.filter(({ operation }) => operation === 'raiseRosterFloor');
    for (const name of network.world.nodeNames)
      expect(raised.filter(({ device }) => device === name).length, name).toBeLessThan(2);
  });

  test('the last to join cost the center no more than those before', () => {
    const spentMs = (from: number, to: number): number =>
      centerAirtimeMs(grewMs[from] as number, grewMs[to] as number) / (to - from);
    expect(spentMs(NODES - 4, NODES)).toBeLessThan(1.05 * spentMs(6, 10));
  });

  test('a node knows whom it was told of, and of others nothing', async () => {
    expect([knows('N24', 'N24'), knows('N24', 'N3')]).toEqual([true, false]);
    const since = network.sightings.length;
    await network.session('N24', 'N2');
    expect(network.endings(since)).not.toContainEqual(expect.stringMatching(/N2 ktc.inquirer/));
    expect(network.failures(since)).toEqual([]);
  });

  test('readings for a stranger, named by its DevID, find it', () => {
    const seeking = network.endings().filter((ending) => ending.startsWith('N21 ktc.inquirer.'));
    expect(seeking).toEqual([expect.stringMatching(/[0-9a-f]{16}: null$/)]);
    const got = network.news('reading.received').filter(({ device }) => device === 'N1');
    expect(got.map(({ from }) => from)).toContain(network.world.address('N21'));
  });

  test.each([
    { from: 'N3', mode: 'direct' },
    { from: 'N4', mode: 'indirect' },
  ] as const)('a key of a stranger is taken when the center vouched for it, $mode', async (how) => {
    const { from, mode } = how;
    const [since, sinceMs] = [network.sightings.length, network.world.clock.now()];
    await network.session(from, 'N24', mode);
    expect(network.failures(since)).toEqual([]);
    expect(network.endings(since)).toContain(
      `N24 ktc.inquirer.${network.world.address(from)}: null`,
    );
    expect(said('K1', sinceMs)).toHaveLength(1);
    expect(said('roster.page', sinceMs)).toEqual([]);
    expect(await network.readings([from, 'N24'], ['N24', from])).toEqual([
      `${from}→N24`,
      `N24→${from}`,
    ]);
    expect(knows('N24', from)).toBe(true);
  });

  test('who is known is not asked about again', async () => {
    const sinceMs = network.world.clock.now();
    await network.session('N3', 'N24');
    expect(said('peer.query', sinceMs)).toEqual([]);
  });

  test('a stranger that asks one that is no member learns so', async () => {
    await revoke('N5');
    const since = network.sightings.length;
    await network.session('N24', 'N5');
    expect(network.endings(since)).toContain('N24 ktc.requester.6: revoked');
    expect(network.isCurrent('N24')).toBe(true);
  });

  test('a peer that was vouched for is dropped when it is revoked', async () => {
    expect(hasKeyFor('N24', 'N4')).toBe(true);
    await revoke('N4');
    expect(hasKeyFor('N24', 'N4')).toBe(false);
    expect(hasKeyFor('N24', 'N3')).toBe(true);
  });

  test('one that was away for long begins with its page, and asks about its peers', async () => {
    const { world } = network;
    for (const peer of ['N10', 'N6']) await network.session('N23', peer);
    await world.powerOff('N23');
    for (const name of ['N6', 'N7', 'N8', 'N9']) await revoke(name);
    const [since, sinceMs] = [network.sightings.length, world.clock.now()];
    world.switchOn('N23');
    await network.settle();
    expect(said('roster.page', sinceMs).map(({ to }) => to)).toEqual(['N23']);
    expect(said('K1', sinceMs)).toEqual([]);
    expect(network.isCurrent('N23')).toBe(true);
    expect([hasKeyFor('N23', 'N10'), hasKeyFor('N23', 'N6')]).toEqual([true, false]);
    expect(network.endings(since)).toContain('N23 ktc.inquirer.11: null');
    expect(await network.readings(['N23', 'N10'], ['N10', 'N23'])).toEqual(['N23→N10', 'N10→N23']);
  });

  test('nothing is said to a peer of whom nothing is known, while the center is away', async () => {
    const { world } = network;
    await network.session('N22', 'N10');
    await world.powerOff('N22');
    for (const name of ['N11', 'N12', 'N13', 'N14']) await revoke(name);
    world.switchOn('N22');
    await world.until(() => network.isCurrent('N22'), 60_000, 'N22 has its page');
    await world.powerOff('CE');
    const since = network.sightings.length;
    world.node('N22').actor.send({ type: 'session.confirm', peer: world.address('N10') });
    await network.settle(60_000);
    expect(network.news('session.confirmed', since)).toEqual([]);
    expect(network.endings(since)).toContain('N22 confirm.initiator.11: PEER_UNVOUCHED');
    world.switchOn('CE');
    await network.settle(300_000);
    expect(await network.readings(['N22', 'N10'])).toEqual(['N22→N10']);
  });

  test('a center that was restarted has the list, and goes on with it', async () => {
    const { centerVersion: version } = network;
    await revoke('N15');
    expect(network.centerVersion).toBe(version + 1);
    for (const name of ['N1', 'N20', 'N24']) expect(network.isCurrent(name), name).toBe(true);
  });
});
