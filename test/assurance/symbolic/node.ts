import { ktcReceiverMachine } from '../../../machines/ktc/receiver.ts';
import { ktcRequesterMachine } from '../../../machines/ktc/requester.ts';
import { CENTER } from '../../../protocol/identity.ts';
import type { Refusal } from '../../../protocol/messages.ts';
import { type TransactionId, transactionText } from '../../../protocol/transaction.ts';
import { count, dataOf, fail, sessionKey, toCenter } from './hosting.ts';
import {
  epochOf,
  expect,
  seal,
  sessionsOf,
  slotOf,
  uniqueOf,
  unwrapped,
  wrapped,
} from './members.ts';
import { digestOf, messageOf } from './messages.ts';
import { once } from './outbox.ts';
import type { Draft, Kind } from './world.ts';

interface Request {
  readonly peer: number;
  readonly mode: 'direct' | 'indirect';
  readonly transaction: TransactionId;
  readonly key: string;
  readonly ticket?: number;
}

const requester: Kind = {
  chart: ktcRequesterMachine,
  prompt: ['transmit'],
  perform: (draft, self, id, name, input: { message: 'peer.query' | 'K1' | 'ticket' }) => {
    const { peer, mode, key, transaction, ticket } = dataOf<Request>(draft, self, id);
    if (name === 'createSessionKey') {
      const number = count(draft, self, 'transactions');
      const made = { requester: self, epoch: epochOf(draft, self), number };
      const secret = `SK ${transactionText(made)}`;
      draft.keep(self, id, { transaction: made, key: secret, K1: undefined, ticket: undefined });
      draft.fact(`made ${self}>${peer} ${secret} ${transactionText(made)}`);
      return;
    }
    if (name === 'keepSessionKey') {
      void sessionsOf(draft, self).keepOwn(peer, slotOf(key, transaction));
      draft.fact(`established ${self}>${peer} ${key} ${transactionText(transaction)}`);
      return;
    }
    if (input.message === 'ticket') {
      draft.send(messageOf(ticket as number));
      return;
    }
    const message = once(draft, self, id, input.message, () =>
      input.message === 'K1'
        ? toCenter(
            draft,
            self,
            'K1',
            {},
            {
              mode,
              peer,
              number: transaction.number,
              wrap: wrapped(key, CENTER, [CENTER, peer]),
            },
          )
        : toCenter(draft, self, 'peer.query', {}, { peer }),
    );
    expect(draft, self, message, id);
    draft.send(message);
  },
  note: (draft, self, id, action, heard) => {
    if (action === 'acceptTicket')
      draft.keep(self, id, { ticket: Number(String(heard.clear.ticket).slice(1)) });
  },
};

interface Receipt {
  readonly message: number;
  readonly requester: number;
  readonly transaction: TransactionId;
  readonly wrap: string;
}

const receiver: Kind = {
  chart: ktcReceiverMachine,
  prompt: ['acknowledge', 'refuse'],
  perform: (draft, self, id, name, input: { status: Refusal }) => {
    const { message, requester: from, transaction, wrap } = dataOf<Receipt>(draft, self, id);
    const heard = messageOf(message);
    const isTicket = heard.name === 'ticket';
    if (name === 'importSessionKey') {
      const { key, allowed } = unwrapped(wrap, self) ?? (fail('TPM_BAD_WRAP') as never);
      const expected = [CENTER, self].join();
      if (draft.rules.policy && allowed.join() !== expected) fail('TPM_BAD_WRAP');
      void sessionsOf(draft, self).keepTheirs(slotOf(key, transaction), uniqueOf(key));
      const what = `accepted ${self}<${from} ${key} ${transactionText(transaction)}`;
      const last = draft.stored<number>(self, `last/${from}`) ?? 0;
      const order = transaction.epoch * 1000 + transaction.number;
      if (draft.facts.includes(what)) draft.fact(`twice ${self}<${from} ${key}`);
      if (order < last) draft.fact(`downgraded ${self}<${from} ${key}`);
      draft.write(self, { [`last/${from}`]: Math.max(last, order) });
      draft.fact(what);
      return;
    }
    if (name === 'acknowledge') {
      if (!isTicket) {
        draft.send(
          once(draft, self, id, 'K3', () =>
            toCenter(draft, self, 'K3.direct', { re: heard.counter }, {}),
          ),
        );
        return;
      }
      const slot = sessionsOf(draft, self).slotOf(from, transaction);
      const key = sessionKey(draft, slot, 'ack', self, from);
      const clear = { epoch: epochOf(draft, self) };
      const content = { name: 'K3.indirect', src: self, dst: from, clear, body: {}, key } as const;
      draft.send(
        once(draft, self, id, 'K3', () =>
          seal(draft, self, { ...content, bound: digestOf(heard) }),
        ),
      );
      return;
    }
    if (isTicket) return;
    const status = input.status === 'unknown' ? 'busy' : input.status;
    draft.send(toCenter(draft, self, 'refuse', { re: heard.counter }, { status }));
  },
};

export const NODE_KINDS = { requester, receiver };

/** N1 asks for a session key: one request of a node is under way at a time. */
export const request = (
  draft: Draft,
  self: number,
  peer: number,
  mode: 'direct' | 'indirect',
): void => {
  const input = { mode, peerKnown: true };
  draft.begin(self, `requester.${peer}`, 'requester', input, { peer, mode });
};
