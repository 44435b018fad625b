import { ktcReceiverMachine } from '../../../machines/ktc/receiver.ts';
import { ktcRequesterMachine } from '../../../machines/ktc/requester.ts';
import { leaveNodeMachine } from '../../../machines/leave/node.ts';
import { leaveRevokedMachine } from '../../../machines/leave/revoked.ts';
import { rejoinNodeMachine } from '../../../machines/rejoin/node.ts';
import { CENTER } from '../../../protocol/identity.ts';
import type { Refusal } from '../../../protocol/messages.ts';
import { type TransactionId, transactionText } from '../../../protocol/transaction.ts';
import { count, dataOf, fail, sessionKey, toCenter } from './hosting.ts';
import {
  type Epochs,
  epochOf,
  expect,
  rejoinKey,
  requireAuthorized,
  seal,
  sessionsOf,
  slotOf,
  uniqueOf,
  unwrapped,
  wrapped,
} from './members.ts';
import { digestOf, messageOf, numbered } from './messages.ts';
import { once } from './outbox.ts';
import type { Draft, Kind } from './world.ts';

const dismiss = (draft: Draft, self: number): void => {
  draft.set(self, {
    store: { dismissed: true },
    memory: { epoch: epochOf(draft, self) },
    runs: {},
  });
};

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
      if (!requireAuthorized(draft, self, peer)) fail('PEER_UNAUTHORIZED');
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
      if (!requireAuthorized(draft, self, from)) fail('PEER_UNAUTHORIZED');
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

const rejoin: Kind = {
  chart: rejoinNodeMachine,
  prompt: ['transmit'],
  perform: (draft, self, id, name, input: { attempt: number }) => {
    if (name === 'adoptEpochs') {
      const { centerEpoch } = dataOf<{ centerEpoch: number }>(draft, self, id);
      const agreed = { node: epochOf(draft, self), center: centerEpoch };
      draft.write(self, { centerEpoch });
      if (draft.memory<Epochs>(self, 'association')?.center !== centerEpoch)
        draft.remember(self, { association: agreed, windows: {} });
      draft.fact(`rejoined ${self} ${agreed.node}.${agreed.center}`);
      return;
    }
    const message = once(draft, self, id, `R1 ${input.attempt}`, () =>
      seal(draft, self, {
        ...{ name: 'R1', src: self, dst: CENTER, clear: { epoch: epochOf(draft, self) } },
        ...{ body: {}, key: rejoinKey(draft, self, 'center') },
      }),
    );
    draft.keep(self, id, { r1: numbered(message) });
    draft.send(message);
  },
  note: (draft, self, id, action, heard) => {
    if (action === 'acceptAnswer') draft.keep(self, id, { centerEpoch: heard.epoch, r1: null });
  },
  ended: (draft, self, _, reason) => {
    if (reason === 'left' || reason === 'revoked') dismiss(draft, self);
  },
};

const leave: Kind = {
  chart: leaveNodeMachine,
  prompt: ['transmit'],
  perform: (draft, self, id, name, input: { attempt: number }) => {
    if (name === 'noteDecision') {
      draft.write(self, { leaving: true });
      return;
    }
    const message = once(draft, self, id, `leave ${input.attempt}`, () =>
      toCenter(draft, self, 'leave', {}, {}),
    );
    expect(draft, self, message, id);
    draft.send(message);
  },
  ended: (draft, self, _, reason) => {
    if (reason !== null) return;
    draft.fact(`left ${self}`);
    dismiss(draft, self);
  },
};

const revoked: Kind = {
  chart: leaveRevokedMachine,
  prompt: ['transmit'],
  perform: (draft, self, id) => {
    const { re } = dataOf<{ re: number }>(draft, self, id);
    draft.send(toCenter(draft, self, 'ack', { re }, {}));
  },
  ended: (draft, self) => dismiss(draft, self),
};

export const NODE_KINDS = { requester, receiver, rejoin, leave, revoked };

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

/** Power goes and comes: what is not stored is lost, the epoch rises. */
export const restart = (draft: Draft, self: number): void => {
  const { dismissed } = draft.device(self).store;
  draft.set(self, { memory: { epoch: epochOf(draft, self) + 1 }, runs: {} });
  if (!dismissed && self !== CENTER) draft.begin(self, 'rejoin', 'rejoin', {});
};
