import type { Slot } from '../../../actors/node/sessions.ts';
import { CENTER } from '../../../protocol/identity.ts';
import { isLater } from '../../../protocol/transaction.ts';
import { associationOf, type Translation } from './center.ts';
import { type Agreed, drawNonce, idBytes, prove } from './confirming.ts';
import {
  type Candidate,
  dismissRequest,
  type Epochs,
  eventOf,
  expecting,
  isRepeat,
  noteBegun,
  noteRequest,
  opened,
  sessionsOf,
  uniqueOf,
  unwrapped,
} from './members.ts';
import { digestOf, type Message, numbered } from './messages.ts';
import { CENTER_OPENERS, NODE_OPENERS } from './openers.ts';
import { type Draft, expectNothing } from './world.ts';

/** A device hears a message that is said to come from `from`. */
export const hear = (draft: Draft, self: number, message: Message, from: number): void => {
  const openers = self === CENTER ? CENTER_OPENERS : NODE_OPENERS;
  const opener = openers[message.name];
  const digest = digestOf(message);
  if (opener === undefined || isRepeat(draft, self, from, message.name, digest)) return;
  const candidate = opened(draft, self, message, opener(draft, self, message, from));
  if (candidate === null) return;
  if (message.name !== 'data') noteRequest(draft, self, from, message.name, digest);
  const authentic = { ...message, src: candidate.src };
  const route = self === CENTER ? routeAtCenter : routeAtNode;
  if (!route(draft, self, authentic, candidate, message))
    dismissRequest(draft, self, from, message.name);
};

/** Whether somebody waited for it. */
const answer = (draft: Draft, self: number, message: Message, more: object = {}): boolean => {
  const event = eventOf(message, more);
  if (draft.rules.re) {
    const run = expecting(draft, self, message.src, Number(message.clear.re));
    if (run === null) return false;
    return draft.drive(self, run, event, message);
  }
  // As the paper writes it, an acknowledgement names nothing: whoever waits for one takes it.
  const waiting = Object.entries(draft.device(self).runs).filter(
    ([, { kind, data }]) =>
      kind === 'requester' || (kind === 'translator' && data.peer === message.src),
  );
  return waiting.map(([id]) => draft.drive(self, id, event, message)).includes(true);
};

type Route = (
  draft: Draft,
  self: number,
  message: Message,
  candidate: Candidate,
  said: Message,
) => boolean;

/** `actors/node/routes.ts`, in terms. */
const routeAtNode: Route = (draft, self, message, { note }, said) => {
  const { src: from, body } = message;
  switch (message.name) {
    case 'refuse':
    case 'K4':
      return answer(draft, self, message);
    case 'K2.indirect':
      return answer(draft, self, message);
    case 'K2.direct':
    case 'ticket': {
      const requester = Number(body.requester);
      const [epoch, number] = [Number(body.epoch ?? 0), Number(body.number ?? 0)];
      const transaction = { requester, epoch, number };
      const wrap = String(body.wrap);
      const unique = uniqueOf(unwrapped(wrap, self)?.key ?? wrap);
      const standing = draft.rules.transactions
        ? sessionsOf(draft, self).standing(transaction, unique)
        : 'new';
      if (standing === 'stale') return false;
      noteBegun(draft, self, transaction);
      const input = { alreadyHeld: standing === 'same', objection: null };
      const data = { message: numbered(said), requester, transaction, wrap };
      draft.drop(self, `receiver.${requester}`);
      draft.begin(self, `receiver.${requester}`, 'receiver', input, data);
      return true;
    }
    case 'K3.indirect':
      return draft.drive(self, `requester.${from}`, eventOf(message), message);
    case 'C1': {
      const isChallenging = draft.run(self, `initiator.${from}`) !== undefined;
      const event = eventOf(message);
      if (draft.rules.crossing && isChallenging) {
        if (self < from) return draft.drive(self, `initiator.${from}`, event, message);
        draft.drive(self, `initiator.${from}`, event, message);
      }
      const data = {
        ...{ peer: from, slot: note, message: numbered(said), nonce: drawNonce(draft, self) },
      };
      const { epoch, counter } = said;
      noteBegun(draft, self, { slot: note as Slot, epoch, number: counter });
      draft.drop(self, `responder.${from}`);
      draft.begin(self, `responder.${from}`, 'responder', {}, data);
      return true;
    }
    case 'C2': {
      draft.remember(self, { note });
      const heard = { body: { answer: idBytes(Number(body.answer)), nonce: [] } };
      const taken = draft.drive(self, `initiator.${from}`, eventOf(message, heard), message);
      draft.remember(self, { note: null });
      return taken;
    }
    case 'data': {
      const agreed = note as Agreed;
      if (agreed.proven) return true;
      prove(draft, self, from, agreed);
      draft.drive(self, `responder.${from}`, eventOf(message), message);
      return true;
    }
    default:
      return false;
  }
};

/** `actors/center/routes.ts`, in terms. */
const routeAtCenter: Route = (draft, self, message, _, said) => {
  const { src: from, body } = message;
  switch (message.name) {
    case 'K1': {
      const epochs = associationOf(draft, from) as Epochs;
      const number = Number(body.number ?? 0);
      const transaction = { requester: from, epoch: epochs.node, number };
      const last = draft.stored<Translation['transaction']>(CENTER, `transaction/${from}`);
      if (draft.rules.transactions && last !== undefined && !isLater(transaction, last))
        return false;
      const peer = Number(body.peer);
      const mode = body.mode === 'indirect' ? ('indirect' as const) : ('direct' as const);
      const objection = peer === from ? ('unknown' as const) : null;
      const id = `translator.${from}`;
      expectNothing(draft, CENTER, id);
      draft.drop(CENTER, id);
      const data = { requester: from, peer, mode, transaction, wrap: body.wrap, re: said.counter };
      draft.begin(CENTER, id, 'translator', { mode, objection }, data);
      return true;
    }
    case 'refuse':
    case 'K3.direct':
      return answer(draft, self, message);
    default:
      return false;
  }
};
