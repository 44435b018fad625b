import type { Received } from '../../machines/received.ts';
import { CENTER } from '../../protocol/identity.ts';
import { type BodyOf, type ClearOf, MESSAGES, type MessageName } from '../../protocol/messages.ts';

interface Parts<N extends MessageName> {
  readonly from?: number;
  readonly clear?: ClearOf<N>;
  readonly body?: BodyOf<N>;
}

/** An authenticated message as a machine sees it; what no chart looks at may be left out. */
export const received = <N extends MessageName>(
  name: N,
  { from = CENTER, clear = {} as ClearOf<N>, body = {} as BodyOf<N> }: Parts<N> = {},
): Received<N> => ({ type: MESSAGES[name].fact, name, from, clear, body });

/** 8 bytes, big-endian, as ID and its answer travel. */
export const number64 = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
};
