import { describe, expect, test } from 'vitest';
import { sha256, toHex, utf8 } from '../../protocol/bytes.ts';
import { specOf } from '../../protocol/messages.ts';
import { parsePacket } from '../../protocol/packet.ts';
import { Attacker } from '../scenarios/attacker.ts';
import type { Overheard } from '../scenarios/frames.ts';
import { inNetwork, READING } from '../scenarios/network.ts';
import { paperNetwork } from './paper.ts';
import type { Mode } from './paper-cipher.ts';

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  a.map((byte, at) => byte ^ (b[at] as number));

describe('as the paper writes it', () => {
  const readings = ['night 04', 'night 04', 'alarm 99'].map(utf8) as Uint8Array[];
  const overheard = (mode: Mode): Uint8Array[] => {
    const [n1, n2] = paperNetwork({ mode }).nodes;
    n1.sessions.set(n2.address, sha256(utf8('SK')));
    return readings.map((reading) => n1.say(n2.address, reading));
  };

  test.each<Mode>(['cfb', 'ctr', 'ofb', 'cbc'])(
    '%s: equal readings are seen to be equal',
    (mode) => {
      const [first, second, third] = overheard(mode);
      expect(second).toEqual(first);
      expect(third).not.toEqual(first);
    },
  );

  test.each<Mode>(['cfb', 'ctr', 'ofb'])('%s: who knows one reading reads another', (mode) => {
    const [first, , third] = overheard(mode) as [Uint8Array, Uint8Array, Uint8Array];
    expect(xor(xor(first, third), readings[0] as Uint8Array)).toEqual(readings[2]);
  });
});

describe('here', () => {
  /** What of a message's nonce and key an eavesdropper sees. */
  const place = ({ name, src, dst, payload }: Overheard): string => {
    const packet = parsePacket(payload);
    if (typeof packet === 'string') throw new Error(packet);
    return `${name} ${src}→${dst} kid ${packet.kid} counter ${packet.counter}`;
  };

  test('the same reading again, and under new keys again, never looks the same', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      const attacker = new Attacker(network);
      await network.session('N1', 'N2');
      for (let confirm = 0; confirm < 3; confirm += 1) {
        for (let reading = 0; reading < 4; reading += 1) await network.readings(['N1', 'N2']);
        world.node('N1').actor.send({ type: 'session.confirm', peer: world.address('N2') });
        await network.settle();
      }
      const data = attacker.heard
        .filter(({ name, src }) => name === 'data' && src === world.address('N1'))
        .map(({ payload }) => (parsePacket(payload) as { sealed: Uint8Array }).sealed)
        .filter(({ length }) => length === READING.length + 8)
        .map((sealed) => toHex(sealed.subarray(0, READING.length)));
      expect(data).toHaveLength(12);
      expect(new Set(data).size).toBe(12);
    }));

  test.each(['direct', 'indirect'] as const)(
    'no two messages of a whole network stand under one key and nonce, %s',
    (mode) =>
      inNetwork({ nodes: 3, loss: 0.1 }, async (network) => {
        const attacker = new Attacker(network);
        await network.mainJob(mode);
        await network.session('N1', 'N2', mode);
        await network.session('N1', 'N3', mode);
        const sealed = attacker.heard.filter(
          ({ name }) => name !== null && specOf(name).protection.kind === 'aead',
        );
        const said = new Map<string, string>();
        for (const message of sealed) {
          const text = toHex(message.payload);
          expect(said.get(place(message)) ?? text, place(message)).toBe(text);
          said.set(place(message), text);
        }
        expect(said.size).toBeGreaterThan(40);
      }),
  );
});
