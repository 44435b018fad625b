import type { Slot } from '../../../actors/node/sessions.ts';
import { CENTER } from '../../../protocol/identity.ts';
import type { MessageName } from '../../../protocol/messages.ts';
import { associationOf } from './center.ts';
import { dataKey, trafficOf } from './confirming.ts';
import { association, sessionKey } from './hosting.ts';
import { type Candidate, controlKey, sessionsOf } from './members.ts';
import { digestOf, type Message, messageOf } from './messages.ts';
import type { Draft } from './world.ts';

export type Opener = (
  draft: Draft,
  self: number,
  message: Message,
  from: number,
) => readonly Candidate[];

const fromCenter =
  (purposeOf: MessageName, window: boolean): Opener =>
  (draft, self, _, from) => {
    const epochs = association(draft, self);
    if (epochs === null || (window && from !== CENTER)) return [];
    const key = controlKey(draft, self, epochs, purposeOf, 'node');
    return [{ key, src: CENTER, dst: self, epoch: epochs.center, bound: '', window }];
  };

const underSession = (
  draft: Draft,
  self: number,
  from: number,
  slot: Slot,
  message: Message,
  purpose: 'confirm' | 'ack',
): Omit<Candidate, 'window' | 'bound'> => ({
  ...{ src: from, dst: self, epoch: message.epoch, note: slot },
  key: sessionKey(draft, slot, purpose, from, self),
});

const openChallenge: Opener = (draft, self, message, from) =>
  sessionsOf(draft, self)
    .held(from)
    .filter(
      (slot) =>
        !draft.rules.windows ||
        sessionsOf(draft, self).isFreshChallenge(slot, message.epoch, message.counter),
    )
    .map((slot) => ({
      ...underSession(draft, self, from, slot, message, 'confirm'),
      ...{ bound: '', window: false },
    }));

const openAnswer: Opener = (draft, self, message, from) => {
  const run = draft.run(self, `initiator.${from}`)?.data as
    | { readonly sent: readonly { readonly slot: Slot; readonly message: number }[] }
    | undefined;
  return (run?.sent ?? []).map((sent) => ({
    ...underSession(draft, self, from, sent.slot, message, 'confirm'),
    ...{ bound: digestOf(messageOf(sent.message)), window: false },
  }));
};

const openAcknowledgement: Opener = (draft, self, message, from) => {
  const { ticket, key, transaction } = (draft.run(self, `requester.${from}`)?.data ?? {}) as {
    readonly ticket?: number;
    readonly key?: string;
    readonly transaction?: Slot['transaction'];
  };
  if (ticket === undefined || key === undefined || transaction === undefined) return [];
  const slot = { transaction, key: key as unknown as Slot['key'] };
  const candidate = underSession(draft, self, from, slot, message, 'ack');
  return [{ ...candidate, bound: digestOf(messageOf(ticket)), window: true }];
};

const openData: Opener = (draft, self, _, from) =>
  trafficOf(draft, self, from).map((agreed) => {
    const epochs = {
      srcEpoch: agreed.peerEpoch,
      dstEpoch: draft.memory<number>(self, 'epoch') ?? 1,
    };
    const key = dataKey(draft, agreed, { src: from, dst: self, ...epochs });
    const place = { src: from, dst: self, epoch: agreed.peerEpoch };
    return { ...place, key, bound: '', window: true, note: agreed };
  });

/** `actors/node/openers.ts`, in terms. */
export const NODE_OPENERS: Readonly<Partial<Record<MessageName, Opener>>> = {
  refuse: fromCenter('refuse', true),
  'K2.direct': fromCenter('K2.direct', true),
  'K2.indirect': fromCenter('K2.indirect', true),
  K4: fromCenter('K4', true),
  ticket: fromCenter('ticket', false),
  'K3.indirect': openAcknowledgement,
  C1: openChallenge,
  C2: openAnswer,
  data: openData,
};

const ofMembers =
  (name: MessageName): Opener =>
  (draft, _, __, from) => {
    const epochs = associationOf(draft, from);
    if (epochs === null) return [];
    const key = controlKey(draft, from, epochs, name, 'center');
    return [{ key, src: from, dst: CENTER, epoch: epochs.node, bound: '', window: true }];
  };

/** `actors/center/openers.ts`, in terms. */
export const CENTER_OPENERS: Readonly<Partial<Record<MessageName, Opener>>> = {
  refuse: ofMembers('refuse'),
  K1: ofMembers('K1'),
  'K3.direct': ofMembers('K3.direct'),
};
