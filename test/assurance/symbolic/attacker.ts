import { CENTER } from '../../../protocol/identity.ts';
import { associationOf } from './center.ts';
import { sessionKey } from './hosting.ts';
import { controlKey, type Epochs, keyIn, sessionsOf, unwrapped, wrapped } from './members.ts';
import { alterations, type Message, messageOf, numbered } from './messages.ts';
import type { Draft, World } from './world.ts';

/** A member whose host is the attacker's. */
export const INSIDER = 4;
export const HONEST = [2, 3] as const;

const isKnown = (known: readonly string[], { key }: Message): boolean =>
  key.needs.every((secret) => known.includes(secret));

/** What the attacker reads with the keys he has; keys inside may open more. */
export const study = (draft: Draft): void => {
  for (let before = -1; before !== draft.known.length; ) {
    before = draft.known.length;
    for (const number of draft.air) {
      const message = messageOf(number);
      if (!isKnown(draft.known, message)) continue;
      const wrap = String(message.body.wrap ?? '');
      const opened = unwrapped(wrap, INSIDER);
      if (opened !== null) draft.learn(opened.key);
    }
  }
};

/** Every recorded message, and what it can be made into without its key. */
export const playable = (world: World, draft: Draft): readonly Message[] => {
  if (draft.rules.place) return world.air.map(messageOf);
  const all = world.air.flatMap((number) =>
    alterations(messageOf(number), draft.rules, [...HONEST, INSIDER]),
  );
  const once = new Map(all.map((message) => [numbered(message), message]));
  return [...once.values()];
};

/**
 * What he can make anew with the keys he has: as the member that he is, and under a session key
 * that he holds or that has leaked. Counters and numbers are his to choose; one higher is enough.
 */
export const forgeries = (world: World, draft: Draft): readonly Message[] => {
  const made: Message[] = [];
  const counter = 100 - (world.budget.forgeries ?? 0);
  const place = { epoch: 1, counter, bound: '' };
  const epochs = associationOf(draft, INSIDER);
  if (world.known.includes('MK 4') && epochs !== null) {
    const toCenter = (name: 'K1' | 'K3.direct', clear: object, body: object): void => {
      const key = controlKey(draft, INSIDER, epochs as Epochs, name, 'center');
      const said = { name, src: INSIDER, dst: CENTER, clear, body } as Message;
      made.push({ ...place, ...said, epoch: epochs.node, key });
    };
    const keys = [`SK 4.${counter}`, ...world.known.filter((secret) => secret.startsWith('SK'))];
    for (const peer of HONEST)
      for (const key of new Set(keys)) {
        const wrap = wrapped(key, CENTER, [CENTER, peer]);
        for (const mode of ['direct', 'indirect'] as const)
          toCenter('K1', {}, { mode, peer, number: counter, wrap });
      }
    const expected = draft.memory<Record<string, string>>(CENTER, 'expected') ?? {};
    for (const request of Object.keys(expected)) {
      const [node, re] = request.split('/').map(Number);
      if (node === INSIDER) toCenter('K3.direct', { re: re ?? 0 }, {});
    }
  }
  for (const self of HONEST)
    for (const peer of [...HONEST, INSIDER].filter((other) => other !== self))
      for (const slot of sessionsOf(draft, self).held(peer)) {
        if (!world.known.includes(keyIn(slot))) continue;
        const key = sessionKey(draft, slot, 'confirm', peer, self);
        const said = { ...place, src: peer, dst: self, key };
        const body = { challenge: 9_000 + 2 * counter };
        made.push({ ...said, name: 'C1', epoch: 9, clear: { epoch: 9 }, body });
      }
  return made;
};

/** Secrets of members that leak: a session key that nobody holds any more (Denning and Sacco). */
export const outdated = (world: World, draft: Draft): readonly string[] => {
  const made = world.facts.flatMap((fact) => /^made \S+ (SK \S+)/.exec(fact)?.[1] ?? []);
  const held = HONEST.flatMap((self) =>
    [...HONEST, INSIDER].flatMap((peer) => sessionsOf(draft, self).held(peer).map(keyIn)),
  );
  const inHand = Object.values(world.devices).flatMap(({ runs }) =>
    Object.values(runs).map(({ data }) => JSON.stringify(data)),
  );
  return made.filter((key) => !held.includes(key) && !inHand.some((data) => data.includes(key)));
};
