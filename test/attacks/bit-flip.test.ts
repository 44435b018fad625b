import { describe, expect, test } from 'vitest';
import { confirmsNext } from '../../protocol/transaction.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork } from '../scenarios/network.ts';
import { joined } from './joined.ts';
import { paperNetwork } from './paper.ts';
import { decrypt, encrypt, flipped, type Mode } from './paper-cipher.ts';
import { Withholding } from './withholding.ts';

/** The last byte of ID in C1, of ID + 1 in C2: behind header 6, epoch 4 and what msgpack puts first. */
const LAST_OF_ID = 6 + 4 + 3 + 7;
const TRIES = 2_000;

describe('as the paper writes it', () => {
  const random = seededRandom('bit-flip', 'ids');

  /** How many of so many random IDs the attacker answers by flipping the last bit at `at`. */
  const rate = (forge: (key: Uint8Array, id: Uint8Array) => Uint8Array | null): number => {
    let confirmed = 0;
    for (let at = 0; at < TRIES; at += 1) {
      const [key, id] = [random.bytes(32), random.bytes(8)];
      const answer = forge(key, id);
      if (answer !== null && confirmsNext(id, answer)) confirmed += 1;
    }
    return confirmed / TRIES;
  };

  test.each<Mode>(['cfb', 'ctr', 'ofb'])(
    '%s: one bit flipped is ID + 1 in half of all cases',
    (mode) => {
      const found = rate((key, id) => decrypt(mode, key, flipped(encrypt(mode, key, id), -1, 1)));
      expect(found).toBeGreaterThan(0.46);
      expect(found).toBeLessThan(0.54);
    },
  );

  test('cbc: the same where the IV travels; where it is fixed, never', () => {
    const last = 7;
    const found = rate((key, id) => {
      const iv = random.bytes(16);
      return decrypt('cbc', key, encrypt('cbc', key, id, iv), flipped(iv, last, 1));
    });
    expect(found).toBeGreaterThan(0.46);
    expect(found).toBeLessThan(0.54);
    expect(rate((key, id) => decrypt('cbc', key, flipped(encrypt('cbc', key, id), last, 1)))).toBe(
      0,
    );
  });

  test('so N1 confirms a key that N2 never heard of', () => {
    const [n1, n2] = paperNetwork({ mode: 'cfb' }).nodes;
    n1.sessions.set(n2.address, random.bytes(32));
    const even = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const answer = flipped(n1.challenge(n2.address, even), -1, 1);
    expect(n1.takeAnswer(n2.address, answer)).toBe(true);
    expect(n2.sessions.size).toBe(0);
  });
});

describe('here', () => {
  test.each([
    { name: 'C1', at: 'N2' },
    { name: 'C2', at: 'N1' },
  ] as const)('a flipped bit of $name is refused for its tag', ({ name, at }) => {
    const middle = new Withholding(name);
    return inNetwork({ nodes: 2, lose: middle.lose }, async (network) => {
      const since = await joined(network, 'N1', 'N2');
      const attacker = new Attacker(network);
      middle.onHeld(network, attacker, name, (heard) =>
        attacker.tell({ ...heard, payload: flipped(heard.payload, LAST_OF_ID, 1) }),
      );
      await network.session('N1', 'N2');
      expect(network.refusals(since)).toContain(`${at} ${name} tag`);
      expect(network.failures(since)).toContain('N1 confirm.initiator.3: unanswered');
      expect(network.news('session.confirmed')).toEqual([]);
    });
  });
});
