import { expect, test } from 'vitest';
import type { MessageName } from '../../protocol/messages.ts';
import { losing } from './frames.ts';
import { inNetwork, isWhole } from './network.ts';

const JOIN: readonly MessageName[] = ['J1', 'J2', 'J3', 'J4', 'J5', 'ack', 'roster.delta'];
const DIRECT: readonly MessageName[] = ['peer.info', 'K1', 'K2.direct', 'K3.direct', 'K4'];
const INDIRECT: readonly MessageName[] = ['K2.indirect', 'ticket', 'K3.indirect'];
const CONFIRM: readonly MessageName[] = ['C1', 'C2'];

test.each([
  ...[...JOIN, ...DIRECT, ...CONFIRM].map((name) => [name, 'direct'] as const),
  ...[...INDIRECT, ...CONFIRM].map((name) => [name, 'indirect'] as const),
])('every %s is lost for longer than the link tries: all ends well, %s', (name, mode) =>
  inNetwork({ nodes: 2, lose: losing([name]) }, async (network) => {
    expect(isWhole(await network.mainJob(mode), 2)).toBe(true);
    await network.settle();
    // What could not be delivered was asked for again.
    const undelivered = /^CE (roster.librarian.2: LINK_NO_ACK|ktc.directory.2: undelivered)$/;
    expect(network.failures().filter((failure) => !undelivered.test(failure))).toEqual([]);
    expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
  }),
);

test('the first data frame is lost: N2 says so, and either side mends it with a word', () =>
  inNetwork({ nodes: 2, lose: losing(['data']) }, async (network) => {
    await network.join('N1', 'N2');
    await network.session('N1', 'N2');
    expect(network.failures()).toEqual(['N2 confirm.responder.2: unproven']);
    expect(await network.readings(['N2', 'N1'], ['N1', 'N2'])).toEqual(['N2→N1', 'N1→N2']);
  }));
