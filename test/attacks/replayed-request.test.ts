import { describe, expect, test } from 'vitest';
import { sha256, utf8 } from '../../protocol/bytes.ts';
import { Attacker } from '../scenarios/attacker.ts';
import { inNetwork } from '../scenarios/network.ts';
import { paperNetwork } from './paper.ts';
import { flipped } from './paper-cipher.ts';

const TIMES = 8;

test('as the paper writes it: every replay of a request costs the CE a whole translation', () => {
  const { center, nodes } = paperNetwork();
  const [n1, n2] = nodes;
  const request = n1.request(n2.address, sha256(utf8('SK')));
  const before = center.work.length;
  for (let at = 0; at < TIMES; at += 1)
    expect(center.translate(n1.address, request)).not.toBeNull();
  expect(center.work.slice(before)).toEqual(Array(TIMES).fill('translation'));
});

describe('here', () => {
  test.each([
    { what: 'an old request', which: 0, mask: 0, reason: 'replay' },
    { what: 'the last request', which: 1, mask: 0, reason: 'repeated' },
    { what: 'a forged one', which: 1, mask: 1, reason: 'tag' },
  ])('$what costs its TPM nothing', ({ which, mask, reason }) =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      const attacker = new Attacker(network);
      await network.session('N1', 'N2');
      await network.session('N1', 'N2');
      const requests = attacker.heard.filter(({ name }) => name === 'K1');
      const request = requests[which] ?? expect.fail('not heard');
      // A forged one has the counter of none that was seen.
      const payload = mask === 0 ? request.payload : flipped(flipped(request.payload, 4, 1), -1, 1);
      const [since, used] = [network.sightings.length, network.tpmUses.length];
      for (let at = 0; at < TIMES; at += 1) await attacker.tellAndWait({ ...request, payload });
      const refused = network.refusals(since).filter((refusal) => refusal.startsWith('CE'));
      expect(refused).toEqual(Array(TIMES).fill(`CE K1 ${reason}`));
      expect(network.tpmUses.slice(used)).toEqual([]);
      expect(network.endings(since)).toEqual([]);
    }),
  );
});
