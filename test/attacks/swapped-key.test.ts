import { createECDH, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork } from '../scenarios/network.ts';
import { LabelThief } from './label-thief.ts';
import { accessKeyOf, PaperCenter, PaperNode } from './paper.ts';
import { flipped, type Mode } from './paper-cipher.ts';
import { Withholding } from './withholding.ts';

/** Where the storage key of 33 bytes ends in J3, before the tag. */
const LAST_OF_KEY = -17;

const other = createECDH('prime256v1');
other.setPrivateKey(new Uint8Array(32).fill(7));
const OTHER_KEY = Uint8Array.from(other.getPublicKey(null, 'compressed'));

test.each<Mode>(['ctr', 'ofb'])(
  'as the paper writes it, %s: without the label, a public key is swapped for another',
  (mode) => {
    const center = new PaperCenter({ mode });
    const node = new PaperNode(2, accessKeyOf(2), { mode });
    center.admit(2, accessKeyOf(2));
    const own = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const ownKey = Uint8Array.from(own.publicKey.export({ format: 'der', type: 'spki' }));
    const said = node.presentKey();
    const known = node.publicKey;
    const swapped = said.map((byte, at) => byte ^ (known[at] as number) ^ (ownKey[at] as number));
    expect(center.join(2, swapped)).not.toBeNull();
    expect(center.keys.get(2)).toEqual(ownKey);
  },
);

describe('here', () => {
  test('the key of another device under a label is refused by the name on it', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      const thief = new LabelThief(new Attacker(network), world.label('N1'));
      thief.join({ suite: 1, unique: OTHER_KEY });
      await network.settle();
      expect(network.failures()).toEqual([
        expect.stringMatching(/^CE join\.[0-9a-f]{16}: JOIN_WRONG_KEY$/),
      ]);
      expect(thief.granted).toBeNull();
      await network.join('N1');
      expect(network.centerVersion).toBe(1);
    }));

  test.each([
    { name: 'J3', at: 'CE' },
    { name: 'J4', at: 'N1' },
  ] as const)('$name with another key in it is refused for its tag', ({ name, at }) => {
    const middle = new Withholding(name);
    return inNetwork({ nodes: 1, lose: middle.lose }, async (network) => {
      const attacker = new Attacker(network);
      middle.onHeld(network, attacker, name, (heard) =>
        attacker.tell({ ...heard, payload: flipped(heard.payload, LAST_OF_KEY, 1) }),
      );
      network.world.switchOn('N1');
      await network.world.clock.advance(20_000);
      expect(network.refusals()).toContain(`${at} ${name} tag`);
      expect(network.news('node.joined')).toEqual([]);
      middle.letGo();
      await network.world.until(() => network.world.hasJoined('N1'), 600_000, 'N1 joins');
    });
  });
});
