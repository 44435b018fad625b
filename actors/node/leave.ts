import { fromPromise } from 'xstate';
import { leaveNodeMachine } from '../../machines/leave/node.ts';
import { leaveRevokedMachine } from '../../machines/leave/revoked.ts';
import { Outbox } from '../outbox.ts';
import { parsed } from '../parsed.ts';
import type { Opened } from '../router.ts';
import type { NodeHost } from './host.ts';

export const LEAVE = 'leave';
export const REVOKED = 'revoked';
/** That the operator wants it stays true over a restart. */
const DECISION_KEY = 'leaving';

export const isLeaving = ({ station }: NodeHost): boolean =>
  station.store.get(DECISION_KEY) !== undefined;

/** A node that leaves by its operator's word. */
export const hostedLeave = (host: NodeHost) => {
  const { station } = host;
  const outbox = new Outbox();
  return parsed(leaveNodeMachine).provide({
    actors: {
      noteDecision: fromPromise(() => station.store.write({ [DECISION_KEY]: true })),
      transmit: fromPromise(async ({ input, signal }) => {
        const sealed = await outbox.once(String(input.attempt), () =>
          host.sealToCenter('leave', {}, {}),
        );
        station.expect(sealed, LEAVE);
        await station.transmit(sealed, { signal });
      }),
    },
  });
};

/** A node that was told that it is revoked. */
export const hostedRevoked = (host: NodeHost, { request }: Opened) => {
  const { station } = host;
  return parsed(leaveRevokedMachine).provide({
    actors: {
      transmit: fromPromise(async ({ signal }) => {
        const sealed = await host.sealToCenter('ack', { re: request.counter }, {});
        await station.transmit(sealed, { signal, answering: request });
      }),
    },
  });
};
