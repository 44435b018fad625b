import { setup } from 'xstate';
import { type Outcome, outcome, SUCCESS } from '../outcome.ts';
import { outside } from '../outside.ts';

/** The Central Entity tells a node a peer's status and key name, once an authenticated query came. */
export const ktcDirectoryMachine = setup({
  types: {} as { events: { type: 'cancel' }; output: Outcome },
  actors: { transmit: outside<void, { message: 'peer.info' }>('transmit') },
}).createMachine({
  id: 'ktc.directory',
  initial: 'describing',
  on: { cancel: '.cancelled' },
  states: {
    describing: {
      invoke: {
        src: 'transmit',
        input: { message: 'peer.info' },
        onDone: 'described',
        onError: 'undelivered',
      },
    },
    described: { type: 'final', output: SUCCESS },
    undelivered: { type: 'final', output: { reason: 'undelivered' } },
    cancelled: { type: 'final', output: { reason: 'cancelled' } },
  },
  output: outcome,
});
