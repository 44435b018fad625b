import { toHex } from '../../../protocol/bytes.ts';
import { nonce } from '../../../protocol/envelope.ts';
import type { Derivation } from '../../../protocol/key-schedule.ts';
import { derivationBlock } from '../../../protocol/key-schedule.ts';
import { type MessageName, specOf } from '../../../protocol/messages.ts';
import type { Rules } from './rules.ts';

/** What stands in a message: numbers, words, and terms such as `wrap(SK 2.1.1 → 3)`. */
export type Content = Readonly<Record<string, string | number>>;

/** A key, and the secrets that it takes to have it: all of them. */
export interface Key {
  readonly id: string;
  readonly needs: readonly string[];
}

/** A message on the air. Encryption is perfect: without `key` nothing is read, nor made. */
export interface Message {
  readonly name: MessageName;
  readonly src: number;
  readonly dst: number;
  readonly epoch: number;
  readonly counter: number;
  readonly clear: Content;
  readonly body: Content;
  readonly key: Key;
  readonly bound: string;
}

/** What a receiver opens with: the message it takes is the one that was sealed so. */
export type Opening = Pick<Message, 'src' | 'dst' | 'epoch' | 'key' | 'bound'>;

const texts = new Map<string, number>();
const messages: Message[] = [];
const numbers = new WeakMap<Message, number>();

/** One number a message, so that a state of the search is small. */
export const numbered = (message: Message): number => {
  const seen = numbers.get(message);
  if (seen !== undefined) return seen;
  const text = JSON.stringify(message);
  const number = texts.get(text) ?? messages.push(message) - 1;
  texts.set(text, number);
  numbers.set(message, number);
  return number;
};
export const messageOf = (number: number): Message => messages[number] as Message;
/** Stands for the hash of the whole message. */
export const digestOf = (message: Message): string => `#${numbered(message)}`;

export const NET_ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

const keys = new Map<string, Key>();

/** The key that a TPM derives from `root`, by the shipped derivation block. */
export const derived = (root: string, derivation: Derivation, rules: Rules): Key => {
  if (!rules.derivation) return { id: root, needs: [root] };
  const { purpose, src, dst, srcEpoch, dstEpoch, context } = derivation;
  const name = `${root} ${purpose} ${src} ${dst} ${srcEpoch} ${dstEpoch} ${context}`;
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = { id: `${root} ${toHex(derivationBlock(derivation))}`, needs: [root] };
  keys.set(name, key);
  return key;
};

/** Whether a tag would hold: by the shipped nonce, and by what the table binds. */
export const opens = (message: Message, opening: Opening, rules: Rules): boolean => {
  if (message.key.id !== opening.key.id) return false;
  if (rules.bound && message.bound !== opening.bound) return false;
  if (!rules.place) return true;
  const { name, counter } = message;
  const at = { src: opening.src, dst: opening.dst, epoch: opening.epoch, counter };
  return toHex(nonce(name, message)) === toHex(nonce(name, at));
};

/**
 * What a decrypted body can be taken for where its type is not covered: anything of the same form,
 * with an address that bits were flipped in, or an ID that they turned into the next.
 */
const FORMS: Readonly<Partial<Record<MessageName, 'key' | 'word' | 'id'>>> = {
  K1: 'key',
  'K2.direct': 'key',
  'K3.direct': 'word',
  K4: 'word',
  C1: 'id',
  C2: 'id',
};

const addressIn = (name: MessageName): string => (name === 'K1' ? 'peer' : 'requester');
const idIn = (name: MessageName): string => (name === 'C1' ? 'challenge' : 'answer');

/** Every message that `message` can be made into without its key. */
export const alterations = (
  message: Message,
  rules: Rules,
  addresses: readonly number[],
): readonly Message[] => {
  const form = FORMS[message.name];
  if (rules.place || form === undefined) return [message];
  const names = (Object.keys(FORMS) as MessageName[]).filter((name) => FORMS[name] === form);
  return names.flatMap((name) => {
    const as = (body: Content): Message => ({
      ...message,
      name,
      body: { ...message.body, ...body },
    });
    if (form === 'word') return [as({})];
    if (form === 'key') {
      const said = message.body[addressIn(message.name)] as number;
      const others = rules.integrity ? [said] : [...new Set([said, ...addresses])];
      return others.map((address) => as({ [addressIn(name)]: address }));
    }
    const id = message.body[idIn(message.name)] as number;
    const ids = rules.integrity ? [id] : [id, id + 1];
    return ids.map((each) => as({ [idIn(name)]: each, nonce: message.body.nonce ?? 0 }));
  });
};

/** Purpose of a message's key, from the message table. */
export const purposeOf = (name: MessageName) => {
  const { protection } = specOf(name);
  if (protection.kind !== 'aead' || protection.purpose === 'join')
    throw new Error(`${name} has no traffic key`);
  return protection.purpose;
};
