import { ktcTranslatorMachine } from '../../../machines/ktc/translator.ts';
import { leaveCenterMachine } from '../../../machines/leave/center.ts';
import { leaveRevokerMachine } from '../../../machines/leave/revoker.ts';
import { rejoinCenterMachine } from '../../../machines/rejoin/center.ts';
import { TiesError } from '../../../protocol/errors.ts';
import { CENTER } from '../../../protocol/identity.ts';
import type { MessageName, Refusal } from '../../../protocol/messages.ts';
import type { TransactionId } from '../../../protocol/transaction.ts';
import {
  controlKey,
  type Epochs,
  epochOf,
  expect,
  objectionTo,
  rejoinKey,
  type Standing,
  seal,
  unwrapped,
  wrapped,
} from './members.ts';
import { type Content, digestOf, type Message, messageOf } from './messages.ts';
import { once } from './outbox.ts';
import type { Draft, Kind, Run } from './world.ts';

/** What the Central Entity has written down of a member. */
export interface Member {
  readonly epochs: Epochs;
  readonly standing: Standing;
  /** Highest (epoch, counter) of its R1. */
  readonly floor: { readonly epoch: number; readonly number: number } | null;
}

export const memberOf = (draft: Draft, node: number): Member | undefined =>
  draft.stored<Member>(CENTER, `member/${node}`);

/** Null for who has not rejoined since this process began. */
export const associationOf = (draft: Draft, node: number): Epochs | null => {
  const epochs = memberOf(draft, node)?.epochs;
  return epochs?.center === epochOf(draft, CENTER) ? epochs : null;
};

/** The list follows what is written down of a member. */
export const centerObjection = (draft: Draft, node: number) => {
  const { standing = 'active' } = memberOf(draft, node) ?? {};
  if (!draft.rules.list || standing === 'active') return objectionTo(draft, CENTER, node);
  return 'revoked' as const;
};

export const toNode = (
  draft: Draft,
  node: number,
  name: MessageName,
  clear: Content,
  body: Content,
): Message => {
  const epochs = associationOf(draft, node);
  if (epochs === null) throw new TiesError('MEMBER_AWAY', '');
  const key = controlKey(draft, node, epochs, name, 'node');
  return seal(draft, CENTER, { name, src: CENTER, dst: node, clear, body, key });
};

export interface Translation {
  readonly requester: number;
  readonly peer: number;
  readonly mode: 'direct' | 'indirect';
  readonly transaction: TransactionId;
  readonly wrap: string;
  readonly re: number;
  readonly translated?: string;
}

const dataOf = <T>(draft: Draft, id: string): T => (draft.run(CENTER, id) as Run).data as never;

/** A session key goes out to, or for, somebody who is off the list. */
const noteService = (draft: Draft, { requester, peer }: Translation): void => {
  for (const node of [requester, peer])
    if (memberOf(draft, node)?.standing !== 'active') draft.fact(`served ${node}`);
};

const translator: Kind = {
  chart: ktcTranslatorMachine,
  prompt: ['transmit', 'refuse'],
  perform: (draft, _, id, name, input: { message: MessageName; status: Refusal }) => {
    const run = dataOf<Translation>(draft, id);
    const { requester, peer, re, transaction, wrap } = run;
    if (name === 'translate') {
      draft.write(CENTER, { [`transaction/${requester}`]: transaction });
      const { key, allowed } = unwrapped(wrap, CENTER) ?? {};
      if (key === undefined || allowed === undefined) throw new TiesError('TPM_BAD_WRAP', '');
      if (draft.rules.policy && !allowed.includes(peer)) throw new TiesError('TPM_BAD_WRAP', '');
      if (associationOf(draft, peer) === null) throw new TiesError('MEMBER_AWAY', '');
      // The list may have changed while the TPM was at work.
      if (draft.rules.list && (centerObjection(draft, requester) ?? centerObjection(draft, peer)))
        throw new TiesError('PEER_UNAUTHORIZED', '');
      draft.keep(CENTER, id, { translated: wrapped(key, peer, [CENTER, peer]) });
      return;
    }
    if (name === 'refuse') {
      draft.send(toNode(draft, requester, 'refuse', { re }, { status: input.status }));
      return;
    }
    const { epoch, number } = transaction;
    const delivery = { requester, epoch, number, wrap: run.translated as string };
    const message = once(draft, CENTER, id, input.message, () => {
      if (input.message === 'K4') return toNode(draft, requester, 'K4', { re }, {});
      noteService(draft, run);
      if (input.message === 'K2.direct') return toNode(draft, peer, 'K2.direct', {}, delivery);
      const epochs = associationOf(draft, peer) as Epochs;
      const key = controlKey(draft, peer, epochs, 'ticket', 'node');
      const place = { name: 'ticket', src: CENTER, dst: peer } as const;
      const ticket = seal(draft, CENTER, { ...place, clear: {}, body: delivery, key });
      // It stands in the clear of K2, so it is on the air.
      draft.send(ticket);
      return toNode(draft, requester, 'K2.indirect', { re, ticket: digestOf(ticket) }, {});
    });
    if (input.message === 'K2.direct') expect(draft, CENTER, message, id);
    draft.send(message);
  },
};

const rejoiner: Kind = {
  chart: rejoinCenterMachine,
  prompt: ['transmit'],
  perform: (draft, _, id, name) => {
    const { node, message } = dataOf<{ node: number; message: number }>(draft, id);
    const heard = messageOf(message);
    const member = memberOf(draft, node) as Member;
    if (name === 'recordEpochs') {
      const epochs = { node: heard.epoch, center: epochOf(draft, CENTER) };
      const floor = { epoch: heard.epoch, number: heard.counter };
      draft.write(CENTER, { [`member/${node}`]: { ...member, epochs, floor } });
      draft.fact(`recorded ${node} ${epochs.node}.${epochs.center}`);
      return;
    }
    const clear = { epoch: epochOf(draft, CENTER) };
    const key = rejoinKey(draft, node, 'node');
    const body = { standing: member.standing };
    const place = { name: 'R2', src: CENTER, dst: node } as const;
    draft.send(
      once(draft, CENTER, id, 'R2', () =>
        seal(draft, CENTER, { ...place, clear, body, key, bound: digestOf(heard) }),
      ),
    );
  },
};

const leaver: Kind = {
  chart: leaveCenterMachine,
  prompt: ['transmit'],
  perform: (draft, _, id, name) => {
    const { node, re } = dataOf<{ node: number; re: number }>(draft, id);
    if (name === 'recordLeave') dismissMember(draft, node, 'left');
    else draft.send(toNode(draft, node, 'ack', { re }, {}));
  },
};

const revoker: Kind = {
  chart: leaveRevokerMachine,
  prompt: ['transmit'],
  perform: (draft, _, id) => {
    const { node } = dataOf<{ node: number }>(draft, id);
    const message = once(draft, CENTER, id, 'revoke', () => toNode(draft, node, 'revoke', {}, {}));
    expect(draft, CENTER, message, id);
    draft.send(message);
  },
};

export const CENTER_KINDS = { translator, rejoiner, leaver, revoker };

/** Written down, signed, broadcast. */
export const dismissMember = (draft: Draft, node: number, standing: 'revoked' | 'left'): void => {
  const member = memberOf(draft, node) as Member;
  if (member.standing === 'revoked') return;
  draft.write(CENTER, { [`member/${node}`]: { ...member, standing } });
  const version = (draft.stored<number>(CENTER, 'version') ?? 1) + 1;
  const list = { ...draft.stored<Record<number, Standing>>(CENTER, 'list'), [node]: standing };
  draft.write(CENTER, { version, list });
  draft.fact(`dismissed ${node}`);
  const message: Message = {
    ...{ name: 'roster.delta', src: CENTER, dst: 65_535, clear: {}, bound: '' },
    ...{ epoch: 0, counter: version, body: { version, address: node, state: standing } },
    key: { id: 'signature', needs: ['roster key'] },
  };
  draft.send(message);
};

/** By the operator's word. */
export const revokeMember = (draft: Draft, node: number): void => {
  dismissMember(draft, node, 'revoked');
  if (associationOf(draft, node) !== null)
    draft.begin(CENTER, `revoker.${node}`, 'revoker', {}, { node });
};

/** A Central Entity that has restarted calls its members. */
export const callMembers = (draft: Draft, nodes: readonly number[]): void => {
  for (const node of nodes) {
    const clear = { epoch: epochOf(draft, CENTER) };
    const key = rejoinKey(draft, node, 'node');
    const place = { name: 'R0', src: CENTER, dst: node } as const;
    draft.send(seal(draft, CENTER, { ...place, clear, body: {}, key }));
  }
};
