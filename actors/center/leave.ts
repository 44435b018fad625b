import { fromPromise } from 'xstate';
import { leaveCenterMachine } from '../../machines/leave/center.ts';
import { leaveRevokerMachine } from '../../machines/leave/revoker.ts';
import type { Association } from '../association.ts';
import { Outbox } from '../outbox.ts';
import { parsed } from '../parsed.ts';
import type { Opened } from '../router.ts';
import type { CenterHost } from './host.ts';

export const leaveId = (node: number): string => `leave.${node}`;
export const revokerId = (node: number): string => `leave.revoker.${node}`;
export const revocationId = (node: number): string => `revocation.${node}`;

/** The Central Entity's side of a leave, from an authenticated word. */
export const hostedLeave = (host: CenterHost, { event, request }: Opened) => {
  const { station, records } = host;
  return parsed(leaveCenterMachine).provide({
    actors: {
      recordLeave: fromPromise(() => records.dismiss(event.from, 'left')),
      transmit: fromPromise(async ({ signal }) => {
        const association = host.associationOf(event.from) as Association;
        const clear = { re: request.counter };
        const sealed = await host.sealTo(association, { name: 'ack', clear, body: {} });
        await station.transmit(sealed, { signal, answering: request });
      }),
    },
  });
};

/** Tell a device, in the epochs of now, that it was revoked. */
export const hostedRevoker = (host: CenterHost, association: Association) => {
  const { station } = host;
  const outbox = new Outbox();
  return parsed(leaveRevokerMachine).provide({
    actors: {
      transmit: fromPromise(async ({ signal }) => {
        const sealed = await outbox.once('revoke', () =>
          host.sealTo(association, { name: 'revoke', clear: {}, body: {} }),
        );
        station.expect(sealed, revokerId(association.node));
        await station.transmit(sealed, { signal });
      }),
    },
  });
};
