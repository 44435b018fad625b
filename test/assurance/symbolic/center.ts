import { ktcTranslatorMachine } from '../../../machines/ktc/translator.ts';
import { TiesError } from '../../../protocol/errors.ts';
import { CENTER } from '../../../protocol/identity.ts';
import type { MessageName, Refusal } from '../../../protocol/messages.ts';
import type { TransactionId } from '../../../protocol/transaction.ts';
import { controlKey, type Epochs, expect, seal, unwrapped, wrapped } from './members.ts';
import { type Content, digestOf, type Message } from './messages.ts';
import { once } from './outbox.ts';
import type { Draft, Kind, Run } from './world.ts';

/** The epochs that the Central Entity and a member have agreed on. */
export const associationOf = (draft: Draft, node: number): Epochs | null =>
  draft.stored<Epochs>(CENTER, `member/${node}`) ?? null;

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

export const CENTER_KINDS = { translator };
