import { type Slot, underSessionKey } from '../../../actors/node/sessions.ts';
import { TiesError } from '../../../protocol/errors.ts';
import { CENTER } from '../../../protocol/identity.ts';
import type { MessageName } from '../../../protocol/messages.ts';
import { controlKey, type Epochs, keyIn, seal } from './members.ts';
import { type Content, derived, type Message, NET_ID } from './messages.ts';
import type { Draft, Run } from './world.ts';

export const association = (draft: Draft, self: number): Epochs | null =>
  draft.memory<Epochs>(self, 'association') ?? null;

export const fail = (code: string): never => {
  throw new TiesError(code, '');
};

export const count = (draft: Draft, self: number, what: string): number => {
  const next = (draft.memory<number>(self, what) ?? 0) + 1;
  draft.remember(self, { [what]: next });
  return next;
};

export const dataOf = <T>(draft: Draft, self: number, id: string): T =>
  (draft.run(self, id) as Run).data as unknown as T;

export const toCenter = (
  draft: Draft,
  self: number,
  name: MessageName,
  clear: Content,
  body: Content,
): Message => {
  const epochs = association(draft, self) ?? fail('NODE_NOT_REJOINED');
  const key = controlKey(draft, self, epochs as Epochs, name, 'center');
  return seal(draft, self, { name, src: self, dst: CENTER, clear, body, key });
};

export const sessionKey = (
  draft: Draft,
  slot: Slot,
  purpose: 'confirm' | 'ack',
  src: number,
  dst: number,
) => derived(keyIn(slot), underSessionKey(slot, purpose, { netId: NET_ID, src, dst }), draft.rules);
