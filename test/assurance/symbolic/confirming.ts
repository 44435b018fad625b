import { dataContext, type Slot } from '../../../actors/node/sessions.ts';
import { confirmInitiatorMachine } from '../../../machines/confirm/initiator.ts';
import { confirmResponderMachine } from '../../../machines/confirm/responder.ts';
import { transactionText } from '../../../protocol/transaction.ts';
import { count, dataOf, sessionKey } from './hosting.ts';
import { epochOf, keyIn, seal, sessionsOf } from './members.ts';
import { derived, digestOf, messageOf, NET_ID, numbered } from './messages.ts';
import { once } from './outbox.ts';
import type { Draft, Kind } from './world.ts';

/** Data keys that a confirm made, as a node remembers them. */
export interface Agreed {
  readonly slot: Slot;
  readonly id: number;
  readonly nonce: number;
  readonly peerEpoch: number;
  readonly proven: boolean;
}

/** 8 bytes of an ID, as the charts compare them. */
export const idBytes = (id: number): readonly number[] => [0, 0, 0, 0, 0, 0, id >> 8, id & 255];

export const dataKey = (
  draft: Draft,
  { slot, id, nonce }: Agreed,
  at: { src: number; dst: number; srcEpoch: number; dstEpoch: number },
) => {
  const [challenge, drawn] = [Uint8Array.from(idBytes(id)), Uint8Array.from(idBytes(nonce))];
  const context = dataContext(slot, challenge, drawn);
  return derived(keyIn(slot), { purpose: 'data', netId: NET_ID, ...at, context }, draft.rules);
};

/** Both ends of a confirm write the same line. */
const confirmText = (
  { slot, id, nonce }: Pick<Agreed, 'slot' | 'id' | 'nonce'>,
  initiatorEpoch: number,
  responderEpoch: number,
): string =>
  `${keyIn(slot)} ${transactionText(slot.transaction)} ${id}/${nonce} ${initiatorEpoch}.${responderEpoch}`;

interface Challenge {
  readonly peer: number;
  readonly challenge: number;
  readonly slots: readonly Slot[];
  readonly tries: number;
  readonly sent: readonly { readonly slot: Slot; readonly message: number }[];
  readonly agreed: Agreed;
}

const initiator: Kind = {
  chart: confirmInitiatorMachine,
  prompt: ['deriveKeys', 'transmit'],
  perform: (draft, self, id, name, input: { message: 'C1' | 'data' }) => {
    const run = dataOf<Challenge>(draft, self, id);
    const { peer, challenge, slots, tries, sent, agreed } = run;
    if (name === 'deriveKeys') return;
    if (name === 'promote') {
      void sessionsOf(draft, self).promote(peer, agreed.slot);
      addTraffic(draft, self, peer, { ...agreed, proven: true });
      const text = confirmText(agreed, epochOf(draft, self), agreed.peerEpoch);
      draft.fact(`confirmed ${self}>${peer} ${text}`);
      return;
    }
    if (input.message === 'data') {
      const at = {
        src: self,
        dst: peer,
        srcEpoch: epochOf(draft, self),
        dstEpoch: agreed.peerEpoch,
      };
      const key = dataKey(draft, agreed, at);
      const place = {
        name: 'data',
        src: self,
        dst: peer,
        clear: {},
        body: {},
        counter: 1,
      } as const;
      draft.send(seal(draft, self, { ...place, key }));
      return;
    }
    const slot = slots[tries % slots.length] as Slot;
    const earlier = sent.find((one) => one.slot === slot);
    const message =
      earlier === undefined
        ? seal(draft, self, {
            ...{ name: 'C1', src: self, dst: peer, clear: { epoch: epochOf(draft, self) } },
            ...{ body: { challenge }, key: sessionKey(draft, slot, 'confirm', self, peer) },
          })
        : messageOf(earlier.message);
    const more = earlier === undefined ? [{ slot, message: numbered(message) }] : [];
    draft.keep(self, id, { tries: (tries + 1) % slots.length, sent: [...sent, ...more] });
    draft.send(message);
  },
  note: (draft, self, id, action, heard) => {
    if (action !== 'acceptAnswer') return;
    const { challenge } = dataOf<Challenge>(draft, self, id);
    const slot = draft.memory<Slot>(self, 'note') as Slot;
    const agreed = {
      slot,
      id: challenge,
      nonce: Number(heard.body.nonce ?? 0),
      peerEpoch: heard.epoch,
    };
    draft.keep(self, id, { agreed });
  },
};

export const trafficOf = (draft: Draft, self: number, peer: number): readonly Agreed[] =>
  draft.memory<Record<number, readonly Agreed[]>>(self, 'traffic')?.[peer] ?? [];

const addTraffic = (draft: Draft, self: number, peer: number, agreed: Agreed): void => {
  const traffic = draft.memory<Record<number, readonly Agreed[]>>(self, 'traffic') ?? {};
  const kept = (traffic[peer] ?? []).filter(({ peerEpoch }) => peerEpoch === agreed.peerEpoch);
  draft.remember(self, { traffic: { ...traffic, [peer]: [agreed, ...kept].slice(0, 3) } });
};

export const prove = (draft: Draft, self: number, peer: number, agreed: Agreed): void => {
  const traffic = draft.memory<Record<number, readonly Agreed[]>>(self, 'traffic') ?? {};
  const proven = (traffic[peer] ?? []).map((one) =>
    one === agreed ? { ...one, proven: true } : one,
  );
  draft.remember(self, { traffic: { ...traffic, [peer]: proven } });
  draft.fact(
    `proven ${self}<${peer} ${confirmText(agreed, agreed.peerEpoch, epochOf(draft, self))}`,
  );
};

interface Answer {
  readonly peer: number;
  readonly slot: Slot;
  readonly message: number;
  readonly nonce: number;
}

const responder: Kind = {
  chart: confirmResponderMachine,
  prompt: ['transmit'],
  perform: (draft, self, id, name) => {
    const { peer, slot, message, nonce } = dataOf<Answer>(draft, self, id);
    const heard = messageOf(message);
    const challenge = Number(heard.body.challenge);
    const agreed = { slot, id: challenge, nonce, peerEpoch: heard.epoch, proven: false };
    if (name === 'promote') {
      const sessions = sessionsOf(draft, self);
      if (draft.rules.windows) void sessions.noteChallenge(slot, heard.epoch, heard.counter);
      void sessions.promote(peer, slot);
      addTraffic(draft, self, peer, agreed);
      draft.fact(
        `answered ${self}<${peer} ${confirmText(agreed, heard.epoch, epochOf(draft, self))}`,
      );
      return;
    }
    const clear = { epoch: epochOf(draft, self) };
    const body = { answer: challenge + 1, nonce };
    const key = sessionKey(draft, slot, 'confirm', self, peer);
    const content = { name: 'C2', src: self, dst: peer, clear, body, key } as const;
    draft.send(
      once(draft, self, id, 'C2', () => seal(draft, self, { ...content, bound: digestOf(heard) })),
    );
  },
};

export const CONFIRM_KINDS = { initiator, responder };

/** N1 challenges; a half-answered challenge of the peer is dropped. */
export const challenge = (draft: Draft, self: number, peer: number): void => {
  const slots = sessionsOf(draft, self).held(peer);
  draft.drive(self, `responder.${peer}`, { type: 'session.superseded' });
  const id = self * 1000 + epochOf(draft, self) * 100 + 2 * count(draft, self, 'challenges');
  const input = { ownAddress: self, peer, challenge: idBytes(id) };
  const data = { peer, challenge: id, slots, tries: 0, sent: [] };
  draft.begin(self, `initiator.${peer}`, 'initiator', input, data);
};

export const drawNonce = (draft: Draft, self: number): number =>
  draft.rules.place
    ? self * 1000 + epochOf(draft, self) * 100 + 50 + count(draft, self, 'nonces')
    : 0;
