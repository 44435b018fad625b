import { CENTER } from '../../../protocol/identity.ts';
import { specOf } from '../../../protocol/messages.ts';
import { counterBytes, type Packet, parsePacket } from '../../../protocol/packet.ts';
import type { OutgoingMessage } from '../../../transports/lora/interface.ts';
import { messageOf, numbered } from './messages.ts';

/** A recorded message, taken apart. */
interface Recorded {
  readonly message: OutgoingMessage;
  readonly packet: Packet;
}

const recorded = new Map<number, Recorded | null>();

const taken = (number: number): Recorded | null => {
  const known = recorded.get(number);
  if (known !== undefined) return known;
  const message = messageOf(number);
  const packet = parsePacket(message.payload);
  const made = typeof packet === 'string' ? null : { message, packet };
  recorded.set(number, made);
  return made;
};

const made = new Map<string, readonly number[]>();

/**
 * What can be made of one message with the open part of another, without a key: its type, its kid,
 * its counter, its clear fields; and counters where a clear field names one.
 */
const splices = (one: number, other: number): readonly number[] => {
  const key = `${one}/${other}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const [a, b] = [taken(one), taken(other)];
  const all: number[] = [];
  if (a !== null && b !== null) {
    const with_ = (change: (bytes: Uint8Array) => void): void => {
      const payload = Uint8Array.from(a.message.payload);
      change(payload);
      if (payload.some((byte, at) => byte !== a.message.payload[at]))
        all.push(numbered({ ...a.message, payload }));
    };
    const start = 2 + counterBytes(a.packet.name);
    const sameForm =
      a.packet.open.length === b.packet.open.length &&
      counterBytes(a.packet.name) === counterBytes(b.packet.name);
    if (sameForm && a.message.dst === b.message.dst) {
      with_((bytes) => bytes.set(b.packet.open.subarray(0, 1), 0));
      with_((bytes) => bytes.set(b.packet.open.subarray(1, 2), 1));
      with_((bytes) => bytes.set(b.packet.open.subarray(2, start), 2));
      with_((bytes) => bytes.set(b.packet.open.subarray(start), start));
    }
    if ('re' in specOf(a.packet.name).clear && b.message.src === a.message.dst)
      with_((bytes) => new DataView(bytes.buffer).setUint32(start, b.packet.counter));
  }
  made.set(key, all);
  return all;
};

/** What the attacker may say to a device of all that is on record: as it was said, or altered. */
export const offered = (
  records: readonly number[],
  isFor: (message: OutgoingMessage) => boolean,
  how: { readonly alters?: boolean; readonly redirects?: readonly number[] },
): readonly number[] => {
  const plain = records.filter((number) => isFor(messageOf(number)));
  const altered = how.alters
    ? plain.flatMap((one) => records.flatMap((other) => splices(one, other)))
    : [];
  const redirected = (how.redirects ?? []).flatMap((address) =>
    records.flatMap((number) => {
      const message = messageOf(number);
      if (message.src === CENTER && address === CENTER) return [];
      const turned = [
        { ...message, src: message.dst, dst: message.src },
        { ...message, dst: address },
        { ...message, src: address },
      ];
      return turned
        .filter(({ src, dst }) => src !== dst && isFor({ ...message, src, dst }))
        .map(numbered);
    }),
  );
  return [...new Set([...plain, ...altered, ...redirected])];
};
