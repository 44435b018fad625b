import { fromPromise } from 'xstate';
import { GRACE_MS, LEISURE_MS, rosterKeeperMachine } from '../../machines/roster/keeper.ts';
import { readUint, toHex } from '../../protocol/bytes.ts';
import { entryOf, isActive } from '../../protocol/roster.ts';
import type { Dismissal } from './dismissal.ts';
import type { NodeHost } from './host.ts';

/** Nodes that missed the same broadcast ask within this much of each other. */
const SPREAD_MS = 1_600;
/** As long as it knows fewer devices than that, each is worth a write of its own. */
const FEW_DEVICES = 20;

/** A node's list of authorized devices: where it is kept, and what follows from a change. */
export const hostedKeeper = (host: NodeHost) =>
  rosterKeeperMachine.provide({
    actors: {
      keep: fromPromise(async ({ input }) => {
        await host.held.keep();
        const own = entryOf(host.roster, host.address);
        if (own !== undefined && !isActive(own))
          return host.tell({ type: 'member.dismissed', reason: own.state as Dismissal });
        host.tell({ type: 'roster.kept' });
        await host.raiseRosterFloor(input.floor);
      }),
      transmit: fromPromise(async ({ signal }) => {
        const sealed = await host.sealToCenter('roster.get', {}, { version: host.roster.version });
        host.station.expectNothing('roster');
        host.station.expect(sealed, 'roster');
        await host.station.transmit(sealed, { signal });
      }),
    },
    actions: {
      adopt: ({ context, event }) => {
        if (event.type !== 'roster.changed' && event.type !== 'roster.pageReceived') return;
        host.held.adopt(event, context);
        host.hearVersion(event.body.version);
        if (host.readers.size === 0) return;
        const isAwaited = event.body.entries.some(({ devId }) => host.readers.has(toHex(devId)));
        if (isAwaited) host.tell({ type: 'roster.kept' });
      },
    },
    delays: {
      leisure: () => (host.roster.entries.length < FEW_DEVICES ? 0 : LEISURE_MS),
      grace: () => GRACE_MS + (readUint(host.station.random.bytes(2), 0, 2) % (SPREAD_MS + 1)),
    },
  });

export const keeperInput = (host: NodeHost) => {
  const { netId, rosterKey } = host.member.membership;
  const { version, hash } = host.roster;
  const { kept, floor } = host.held;
  return { netId, rosterKey, roster: { version, hash }, wanted: host.heardVersion, kept, floor };
};
