import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import type { MessageName } from '../../protocol/messages.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork } from '../scenarios/network.ts';
import { joined } from './joined.ts';
import { LabelThief } from './label-thief.ts';
import { accessKeyOf, PaperCenter, PaperNode } from './paper.ts';
import { decrypt, encrypt, flipped } from './paper-cipher.ts';
import { spareDevice } from './spare-device.ts';
import { Withholding } from './withholding.ts';

describe('as the paper writes it', () => {
  test('nothing tells one way of encrypting from another: a short message opens in three', () => {
    const [key, id] = [sha256(utf8('SK')), utf8('ID in it')];
    const said = encrypt('cfb', key, id);
    expect(['cfb', 'ctr', 'ofb'].map((mode) => decrypt(mode as 'cfb', key, said))).toEqual([
      id,
      id,
      id,
    ]);
  });

  test('nor what kind a key must be: one of 512 bits takes the place of the own, and is listed', () => {
    const center = new PaperCenter({ mode: 'ctr' });
    const node = new PaperNode(2, accessKeyOf(2), { mode: 'ctr' });
    center.admit(2, accessKeyOf(2));
    const weak = generateKeyPairSync('rsa', { modulusLength: 512 }).publicKey;
    const weakKey = Uint8Array.from(weak.export({ format: 'der', type: 'spki' }));
    const said = node.presentKey();
    const swapped = weakKey.map(
      (byte, at) => byte ^ (said[at] as number) ^ (node.publicKey[at] as number),
    );
    expect(center.join(2, swapped)).not.toBeNull();
    expect(center.keys.get(2)).toEqual(weakKey);
  });
});

describe('here', () => {
  test.each<[MessageName, string]>([
    ['K1', 'CE'],
    ['K2.direct', 'N2'],
    ['C1', 'N2'],
    ['C2', 'N1'],
  ])('%s of another version is refused by that', (name, at) => {
    const middle = new Withholding(name);
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const attacker = new Attacker(network);
      const since = await joined(network, 'N1', 'N2');
      middle.onHeld(network, attacker, name, (heard) =>
        attacker.tell({ ...heard, payload: flipped(heard.payload, 0, 0x40) }),
      );
      await network.session('N1', 'N2');
      expect(network.refusals(since)).toContain(`${at} null version`);
      expect(network.news('session.confirmed', since)).toEqual([]);
    });
  });

  test('a suite altered on the way is refused for its tag', () => {
    const middle = new Withholding('J3');
    return inNetwork({ nodes: 1, lose: middle.lose }, async (network) => {
      const attacker = new Attacker(network);
      /** Behind the header and the array; p256 is 0, p256-policy 2. */
      const suiteAt = 6 + 1;
      middle.onHeld(network, attacker, 'J3', (heard) =>
        attacker.tell({ ...heard, payload: flipped(heard.payload, suiteAt, 2) }),
      );
      network.world.switchOn('N1');
      await network.world.clock.advance(20_000);
      expect(network.refusals()).toContain('CE J3 tag');
      expect(network.news('node.joined')).toEqual([]);
    });
  });

  test("the device's own key as one of another suite is another key", () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { unique } = (await spareDevice('N1')).storageKey;
      const thief = new LabelThief(new Attacker(network), network.world.label('N1'));
      thief.join({ suite: 3, unique });
      await network.settle();
      expect(network.failures()).toEqual([expect.stringMatching(/^CE join\..*: JOIN_WRONG_KEY$/)]);
      expect(thief.granted).toBeNull();
    }));
});
