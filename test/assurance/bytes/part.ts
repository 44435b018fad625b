import { open, seal } from '../../../protocol/envelope.ts';
import { type Packet, parsePacket } from '../../../protocol/packet.ts';
import { Secret } from '../../../protocol/secret.ts';
import { confirmsNext, successor } from '../../../protocol/transaction.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { decrypt, encrypt, flipped, type Mode } from '../../attacks/paper-cipher.ts';
import { type Row, timed, verdict } from '../row.ts';

const TRIES = 200;
const MODES = ['cfb', 'ctr', 'ofb', 'cbc'] as const satisfies readonly Mode[];

/** Every single bit of what travels, flipped. */
const everyFlip = (bytes: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: bytes.length * 8 }, (_, bit) => flipped(bytes, bit >> 3, 1 << (bit & 7)));

/**
 * The paper's E(SK, ID), of which N1 takes any alteration for E(SK, ID + 1); how many, and of how
 * many IDs. Of CBC the IV travels in front: what is fixed cannot be flipped.
 */
export const forgedAnswers = (mode: Mode, tries = TRIES) => {
  const random = seededRandom('flips', mode);
  let inputs = 0;
  let ids = 0;
  for (let at = 0; at < tries; at += 1) {
    const [key, id, iv] = [random.bytes(32), random.bytes(8), random.bytes(16)];
    const said = encrypt(mode, key, id, iv);
    const answers =
      mode === 'cbc'
        ? everyFlip(iv).map((other) => decrypt(mode, key, said, other))
        : everyFlip(said).map((other) => decrypt(mode, key, other, iv));
    inputs += answers.length;
    if (answers.some((answer) => answer !== null && confirmsNext(id, answer))) ids += 1;
  }
  return { inputs, ids };
};

/** The same here: every bit of a C2 flipped, and none opens. */
export const flippedAnswers = (tries = 20) => {
  const random = seededRandom('flips', 'here');
  let inputs = 0;
  let opened = 0;
  for (let at = 0; at < tries; at += 1) {
    const [key, challenge, bound] = [
      new Secret(random.bytes(32)),
      random.bytes(8),
      random.bytes(32),
    ];
    const place = { src: 3, dst: 2, epoch: 1, counter: 1 };
    const body = { answer: successor(challenge), nonce: random.bytes(8) };
    const content = { name: 'C2', kid: 7, clear: { epoch: 1 }, body, bound } as const;
    for (const bytes of everyFlip(seal<'C2'>({ ...content, ...place }, key))) {
      const packet = parsePacket(bytes);
      inputs += 1;
      if (
        typeof packet !== 'string' &&
        typeof open(packet as Packet, place, key, bound) !== 'string'
      )
        opened += 1;
    }
  }
  return { inputs, opened };
};

/** ID + 1 out of ID, byte by byte. */
export const flips = (): readonly Row[] => {
  const here = flippedAnswers();
  return MODES.map((mode) => {
    const { value, ms } = timed(() => forgedAnswers(mode));
    return {
      property: `ID + 1 cannot be made of ID without the key (${mode.toUpperCase()})`,
      tool: 'every bit flipped',
      scope: `${TRIES} IDs, found for ${value.ids}`,
      ours: verdict(here.opened > 0),
      paper: verdict(value.ids > 0),
      states: value.inputs + here.inputs,
      ms,
    };
  });
};
