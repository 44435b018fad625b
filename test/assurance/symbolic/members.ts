import { type Association, underMasterKey } from '../../../actors/association.ts';
import { Sessions, type Slot } from '../../../actors/node/sessions.ts';
import type { Store } from '../../../actors/store.ts';
import { type MessageName, specOf } from '../../../protocol/messages.ts';
import { transactionText } from '../../../protocol/transaction.ts';
import { ReplayWindow } from '../../../protocol/window.ts';
import {
  derived,
  type Key,
  type Message,
  NET_ID,
  type Opening,
  opens,
  purposeOf,
} from './messages.ts';
import type { Rules } from './rules.ts';
import type { Draft } from './world.ts';

/** Epochs of a node and of the Central Entity as one of the two has them. */
export interface Epochs {
  readonly node: number;
  readonly center: number;
}

export const masterKey = (node: number): string => `MK ${node}`;

const associationOf = (node: number, epochs: Epochs): Association => ({
  root: { id: masterKey(node), ref: 'masterKey' },
  netId: NET_ID,
  node,
  nodeEpoch: epochs.node,
  centerEpoch: epochs.center,
});

export const controlKeyOf = (
  rules: Rules,
  node: number,
  epochs: Epochs,
  name: MessageName,
  to: 'center' | 'node',
): Key =>
  derived(
    masterKey(node),
    underMasterKey(
      associationOf(node, epochs),
      purposeOf(name),
      to === 'center' ? 'node→center' : 'center→node',
    ),
    rules,
  );

export const controlKey = (
  draft: Draft,
  node: number,
  epochs: Epochs,
  name: MessageName,
  to: 'center' | 'node',
): Key => controlKeyOf(draft.rules, node, epochs, name, to);

/** Counters rise through all types for a destination. */
export const nextCounter = (draft: Draft, self: number, dst: number): number => {
  // The paper has none; a message said again is then the same message.
  if (!draft.rules.place) return 0;
  const counters = draft.memory<Record<number, number>>(self, 'counters') ?? {};
  const counter = (counters[dst] ?? 0) + 1;
  draft.remember(self, { counters: { ...counters, [dst]: counter } });
  return counter;
};

export const epochOf = (draft: Draft, self: number): number =>
  draft.memory<number>(self, 'epoch') ?? 1;

export const seal = (
  draft: Draft,
  self: number,
  message: Omit<Message, 'epoch' | 'counter' | 'bound'> & { bound?: string; counter?: number },
): Message => ({
  ...message,
  bound: message.bound ?? '',
  epoch: epochOf(draft, self),
  counter: message.counter ?? nextCounter(draft, self, message.dst),
});

/** `actor` waits for what names this request. */
export const expect = (
  draft: Draft,
  self: number,
  { dst, counter }: Message,
  run: string,
): void => {
  const expected = draft.memory<Record<string, string>>(self, 'expected') ?? {};
  draft.remember(self, { expected: { ...expected, [`${dst}/${counter}`]: run } });
};

export const expecting = (draft: Draft, self: number, from: number, re: number): string | null =>
  draft.memory<Record<string, string>>(self, 'expected')?.[`${from}/${re}`] ?? null;

/** A candidate of an opener: see `actors/router.ts`. */
export interface Candidate extends Opening {
  readonly window: boolean;
  readonly note?: unknown;
}

/** The candidate under which a message opens and is new, or null: then nothing has happened. */
export const opened = (
  draft: Draft,
  self: number,
  message: Message,
  candidates: readonly Candidate[],
): Candidate | null => {
  for (const candidate of candidates) {
    if (!opens(message, candidate, draft.rules)) continue;
    if (!candidate.window || !draft.rules.windows) return candidate;
    const name = `${candidate.key.id} ${message.name}`;
    const windows = draft.memory<Record<string, readonly number[]>>(self, 'windows') ?? {};
    const window = new ReplayWindow();
    const seen = windows[name] ?? [];
    for (const counter of seen) window.mark(counter);
    if (!window.admits(message.counter)) continue;
    draft.remember(self, {
      windows: { ...windows, [name]: [...seen, message.counter].sort((a, b) => a - b) },
    });
    return candidate;
  }
  return null;
};

/** `actors/answers.ts`, in terms: the last request of each type of each source, and the one before. */
interface Last {
  readonly digest: string;
  readonly before?: string;
}

const lastRequests = (draft: Draft, self: number): Readonly<Record<string, Last>> =>
  draft.memory(self, 'answered') ?? {};

/** The same again changes nothing. */
export const isRepeat = (
  draft: Draft,
  self: number,
  from: number,
  name: MessageName,
  digest: string,
): boolean =>
  draft.rules.windows && lastRequests(draft, self)[`${from}/${name}`]?.digest === digest;

const setLast = (draft: Draft, self: number, key: string, last: Last | undefined): void => {
  if (!draft.rules.windows) return;
  const { [key]: _, ...rest } = lastRequests(draft, self);
  const answered = last === undefined ? rest : { ...rest, [key]: last };
  const entries = Object.entries(answered).sort(([a], [b]) => (a < b ? -1 : 1));
  draft.remember(self, { answered: Object.fromEntries(entries) });
};

export const noteRequest = (
  draft: Draft,
  self: number,
  from: number,
  name: MessageName,
  digest: string,
): void => {
  const key = `${from}/${name}`;
  const before = lastRequests(draft, self)[key]?.digest;
  setLast(draft, self, key, { digest, ...(before !== undefined && { before }) });
};

/** It had nowhere to go, and has displaced nothing. */
export const dismissRequest = (
  draft: Draft,
  self: number,
  from: number,
  name: MessageName,
): void => {
  const key = `${from}/${name}`;
  const before = lastRequests(draft, self)[key]?.before;
  setLast(draft, self, key, before === undefined ? undefined : { digest: before });
};

/** The event that a chart sees of a message. */
export const eventOf = (
  { name, src, clear, body }: Pick<Message, 'name' | 'src' | 'clear' | 'body'>,
  more: { readonly clear?: object; readonly body?: object } = {},
) => ({
  type: specOf(name).fact,
  name,
  from: src,
  clear: more.clear ?? clear,
  body: more.body ?? body,
});

/** The shipped records of session keys, over what this device has stored. */
export const sessionsOf = (draft: Draft, self: number): Sessions => {
  const store: Store = {
    get: <T>(key: string) => draft.stored<T>(self, key),
    entries: <T>(prefix: string) =>
      Object.entries(draft.device(self).store).filter(([key]) => key.startsWith(prefix)) as [
        string,
        T,
      ][],
    write: async (changes) => draft.write(self, changes),
    flush: async () => undefined,
  };
  const sessions = new Sessions(store, () => undefined);
  for (const slot of draft.memory<readonly Begun[]>(self, 'begun') ?? [])
    if ('requester' in slot) sessions.beginDelivery(slot);
    else sessions.beginChallenge(slot.slot, slot.epoch, slot.number);
  return sessions;
};

/** What the shipped records keep in memory: what the TPM was put to work for, the last of each. */
type Begun =
  | Slot['transaction']
  | { readonly slot: Slot; readonly epoch: number; readonly number: number };

const begunKey = (begun: Begun): string =>
  'requester' in begun ? `${begun.requester}` : transactionText(begun.slot.transaction);

export const noteBegun = (draft: Draft, self: number, begun: Begun): void => {
  if (!draft.rules.windows) return;
  const others = (draft.memory<readonly Begun[]>(self, 'begun') ?? []).filter(
    (other) => begunKey(other) !== begunKey(begun),
  );
  const all = [...others, begun].sort((a, b) => (begunKey(a) < begunKey(b) ? -1 : 1));
  draft.remember(self, { begun: all });
};

/** A session key by the one who made it: `SK 2.1.1`. Its slot holds the name where a blob would be. */
export const keyIn = (slot: Slot): string => slot.key as unknown as string;
export const slotOf = (key: string, transaction: Slot['transaction']): Slot => ({
  transaction,
  key: key as unknown as Slot['key'],
});

const uniques = new Map<string, number>();
/** `unique` names the key inside a wrap. */
export const uniqueOf = (key: string): Uint8Array => {
  const number = uniques.get(key) ?? uniques.size;
  uniques.set(key, number);
  return Uint8Array.of(number);
};

/** SK duplicated to one TPM; the policy names whom else it may be duplicated to. */
export const wrapped = (key: string, to: number, allowed: readonly number[]): string =>
  `wrap ${key} → ${to} of ${allowed.join('|')}`;

export const unwrapped = (wrap: string, self: number) => {
  const [, key = '', to, allowed = ''] = /^wrap (.*) → (\d+) of (.*)$/.exec(wrap) ?? [];
  return Number(to) === self ? { key, allowed: allowed.split('|').map(Number) } : null;
};
