import { fromPromise } from 'xstate';
import { GRACE_MS, rosterKeeperMachine } from '../../machines/roster/keeper.ts';
import { equalBytes, readUint } from '../../protocol/bytes.ts';
import { entryOf, isActive, type Roster } from '../../protocol/roster.ts';
import { PRIORITY } from '../tpm.ts';
import type { Dismissal } from './dismissal.ts';
import type { NodeHost } from './host.ts';

/** Nodes that missed the same broadcast ask within this much of each other. */
const SPREAD_MS = 1_600;

/** A node's list of authorized devices: where it is kept, and what follows from a change. */
export const hostedKeeper = (host: NodeHost) =>
  rosterKeeperMachine.provide({
    actors: {
      keep: fromPromise(async ({ input }) => {
        const { station, sessions } = host;
        const dropped = droppedPeers(host.roster, input.roster);
        const { version } = input.roster;
        host.hearVersion(version);
        if (version > host.roster.version) await sessions.drop(dropped, { roster: input.roster });
        const own = entryOf(input.roster, host.address);
        if (own !== undefined && !isActive(own))
          return host.tell({ type: 'member.dismissed', reason: own.state as Dismissal });
        host.tell({ type: 'roster.kept' });
        await station.outlets.perform(
          'raiseRosterFloor',
          { version },
          { priority: PRIORITY.background },
        );
      }),
      transmit: fromPromise(async ({ signal }) => {
        const sealed = await host.sealToCenter('roster.get', {}, { version: host.roster.version });
        host.station.expectNothing('roster');
        host.station.expect(sealed, 'roster');
        await host.station.transmit(sealed, { signal });
      }),
    },
    delays: {
      grace: () => GRACE_MS + (readUint(host.station.random.bytes(2), 0, 2) % (SPREAD_MS + 1)),
    },
  });

export const keeperInput = (host: NodeHost) => {
  const { netId, rosterKey } = host.member.membership;
  return { netId, rosterKey, roster: host.roster, wanted: host.heardVersion };
};

/** Peers that shared keys under the old list and are not the same under the new. */
const droppedPeers = (old: Roster, next: Roster): number[] =>
  old.entries
    .filter((entry) => isActive(entry))
    .filter(({ address, state, devId }) => {
      const now = entryOf(next, address);
      return now?.state !== state || !equalBytes(devId, now.devId);
    })
    .map(({ address }) => address);
