import { setup } from 'xstate';
import { type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';

/**
 * A device that was revoked says that it heard it. It is a member no more when this has ended,
 * whether that was heard or not: then it forgets its network.
 */
export const leaveRevokedMachine = setup({
  types: {} as { context: object; output: Outcome },
  actors: { transmit: outside<void, { message: 'ack' }>('transmit') },
}).createMachine({
  id: 'leave.revoked',
  context: {},
  initial: 'acknowledging',
  states: {
    acknowledging: {
      invoke: { src: 'transmit', input: { message: 'ack' }, onDone: 'revoked', onError: 'revoked' },
    },
    revoked: { type: 'final', output: SUCCESS },
  },
  output: outcome,
});
