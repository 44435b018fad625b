import type { Property } from './properties.ts';

/** What the search sees beside the properties. */
export const PROGRESS = 'nothing waits for ever while messages arrive';

/** A line of shipped code, and what it would be without what makes it safe. */
export interface Break {
  readonly what: string;
  readonly file: string;
  readonly line: string;
  readonly instead: string;
  readonly scenario: string;
  readonly property: Property | typeof PROGRESS;
}

/** Each is an attack that the search has to find, or a property that it has to see fail. */
export const BREAKS: readonly Break[] = [
  {
    what: 'traffic keys that do not say whose they are',
    file: 'protocol/key-schedule.ts',
    line: '    uintBytes(derivation.src, 2),\n    uintBytes(derivation.dst, 2),\n',
    instead: '',
    scenario: 'a key, direct',
    property: 'a key has one purpose and one speaker',
  },
  {
    what: 'traffic keys of any purpose',
    file: 'protocol/key-schedule.ts',
    line: 'Uint8Array.of(PURPOSES[derivation.purpose])',
    instead: 'Uint8Array.of(0 * PURPOSES[derivation.purpose])',
    scenario: 'a key, indirect',
    property: 'a key has one purpose and one speaker',
  },
  {
    what: 'traffic keys that outlive an epoch',
    file: 'protocol/key-schedule.ts',
    line: '    uintBytes(derivation.srcEpoch, 4),\n    uintBytes(derivation.dstEpoch, 4),\n',
    instead: '',
    scenario: 'N1 asks, restarts, asks',
    property: 'a key has one purpose and one speaker',
  },
  {
    what: 'nonces without a counter',
    file: 'protocol/envelope.ts',
    line: '    uintBytes(place.counter, 4),\n',
    instead: '    new Uint8Array(4),\n',
    scenario: 'two tickets',
    property: 'no nonce is used twice under a key',
  },
  {
    what: 'nonces without the epoch of the sender',
    file: 'protocol/envelope.ts',
    line: '    uintBytes(place.epoch, 4),\n',
    instead: '    new Uint8Array(4),\n',
    scenario: 'N1 restarts',
    property: 'no nonce is used twice under a key',
  },
  {
    what: 'a header and clear fields that nothing covers',
    file: 'protocol/envelope.ts',
    line: 'concat(open, uintBytes(place.src, 2)',
    instead: 'concat(open.slice(0, 0), uintBytes(place.src, 2)',
    scenario: 'two keys',
    property: 'N1 takes a key as delivered only if N2 has it',
  },
  {
    what: 'acknowledgements for whoever waits for one',
    file: 'actors/station.ts',
    line: '?? null;\n  }\n\n  /** The actor has ended; nothing',
    instead: '?? [...this.#expected.values()].at(-1) ?? null;\n  }\n\n  /** The actor has ended',
    scenario: 'two keys',
    property: 'N1 takes a key as delivered only if N2 has it',
  },
  {
    what: 'deliveries that are always new',
    file: 'actors/node/sessions.ts',
    line: '    const begun = this.#begun.get(transaction.requester);\n',
    instead:
      "    if (unique.length > 0) return 'new';\n    const begun = this.#begun.get(transaction.requester);\n",
    scenario: 'two tickets',
    property: 'no key takes the place of a newer one',
  },
  {
    what: 'a center that has forgotten its list',
    file: 'actors/center/host.ts',
    line: "return member.standing === 'active' ? null : 'revoked';",
    instead: 'return null;',
    scenario: 'N2 is revoked',
    property: 'who is off the list gets nothing',
  },
  {
    what: 'a center that looks at its list only before the TPM is at work',
    file: 'actors/center/translation.ts',
    line: '    if (objection !== null)\n      throw',
    instead: '    if (objection !== null && wrap.length === 0)\n      throw',
    scenario: 'N2 is revoked',
    property: 'who is off the list gets nothing',
  },
  {
    what: 'a node that looks at its list only before the TPM is at work',
    file: 'actors/node/host.ts',
    line: '    const objection = this.objectionTo(peer);\n    if (objection !== null)',
    instead:
      '    const objection = this.objectionTo(peer);\n    if (objection !== null && peer === 0)',
    scenario: 'N2 is revoked',
    property: 'who is off the list is held no key for',
  },
  {
    what: 'keys that stay when their peer is off the list',
    file: 'actors/node/held-roster.ts',
    line: 'if (!isActive(entry)) this.#dismissed.add(entry.address);',
    instead: 'if (!isActive(entry) && entry.address === 0) this.#dismissed.add(entry.address);',
    scenario: 'N2 is revoked, held',
    property: 'who is off the list is held no key for',
  },
  {
    what: 'an R2 that answers no R1',
    file: 'protocol/envelope.ts',
    line: 'bound ?? new Uint8Array(0)',
    instead: 'bound?.subarray(0, 0) ?? new Uint8Array(0)',
    scenario: 'N1 restarts',
    property: 'a rejoin agrees on the epochs of both',
  },
  {
    what: 'a J1 that may come again',
    file: 'actors/center/openers.ts',
    line: 'label.floor !== null && !isLater(attempt, label.floor)',
    instead: 'label.floor !== null && attempt.epoch < 0',
    scenario: 'join, the CE restarts',
    property: 'no request is worked for twice',
  },
  {
    what: 'an R1 that may come again',
    file: 'actors/center/openers.ts',
    line: 'floor !== null && !isLater({ epoch, number: packet.counter }, floor)',
    instead: 'floor !== null && epoch < 0',
    scenario: 'N1 restarts',
    property: 'no epoch of a member takes the place of a newer one',
  },
  {
    what: 'a challenge that may come again',
    file: 'actors/node/openers.ts',
    line: '!host.sessions.isFreshChallenge(slot, epoch, packet.counter)',
    instead: '!host.sessions.isFreshChallenge(slot, epoch, packet.counter) && epoch < 0',
    scenario: 'an old life',
    property: 'no request is worked for twice',
  },
  {
    what: 'counters that may come again',
    file: 'actors/router.ts',
    line: 'window !== undefined && !window.admits(counter)',
    instead: 'window !== undefined && !window.admits(counter) && counter < 0',
    scenario: 'a reading',
    property: 'no reading is taken twice',
  },
  {
    what: 'a list that nobody has to sign',
    file: 'protocol/roster.ts',
    line: '  last = { asked, holds };\n  return holds;',
    instead: '  last = { asked, holds: true };\n  return true;',
    scenario: 'a forged list',
    property: 'every list is one that the center signed',
  },
  {
    what: 'a device whose key is not looked at',
    file: 'actors/center/join.ts',
    line: 'if (!equalBytes(devIdOf(storageKeyName(nodeKey)), devId))',
    instead: 'if (!equalBytes(devIdOf(storageKeyName(nodeKey)), devId) && devId.length === 0)',
    scenario: 'join, thief with his own key',
    property: 'the center admits only the device of the label',
  },
  {
    what: 'a Master Key without the credential',
    file: 'protocol/key-schedule.ts',
    line: 'secrets.agreed.reveal(), secrets.credential.reveal())',
    instead: 'secrets.agreed.reveal(), secrets.credential.reveal().subarray(0, 0))',
    scenario: 'join, thief with the key of the device',
    property: 'the center admits only the device of the label',
  },
  {
    what: 'a key of J2 that two centers with one label share',
    file: 'protocol/key-schedule.ts',
    line: "utf8('TIES1 J2'), devId, nodeShare, centerShare);",
    instead: "utf8('TIES1 J2'), devId, nodeShare.subarray(0, 0), centerShare.subarray(0, 0));",
    scenario: 'join, false center',
    property: 'no nonce is used twice under a key',
  },
  {
    what: 'a request that is said once, and waited for without end',
    file: 'machines/ktc/requester.ts',
    line: "after: {\n        reply: [\n          { guard: 'repeatsLeft', target: 'requesting'",
    instead: "meta: {\n        reply: [\n          { guard: 'repeatsLeft', target: 'requesting'",
    scenario: 'the CE restarts',
    property: PROGRESS,
  },
];
