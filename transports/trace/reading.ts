import type { TracedFrame } from './frame.ts';
import { LINKTYPE_LORATAP, linkTypeName } from './link-types.ts';
import { decodeLoraTap } from './loratap.ts';
import type { Item, Packet } from './pcapng/item.ts';
import { readCapture } from './pcapng/read.ts';

/** RegSyncWord of public networks (SX1276 datasheet). */
const LORAWAN_SYNC_WORD = 0x34;
/** So many kinds are told; a hostile file has as many as it likes. */
const MAX_KINDS = 100;

/** What in a trace cannot be read, or is none of ours: each kind once, with how often it came. */
export class Troubles {
  readonly #counts = new Map<string, { count: number; readonly atByte: number | null }>();
  #more = 0;

  note(what: string, atByte: number | null): void {
    const known = this.#counts.get(what);
    if (known !== undefined) known.count += 1;
    else if (this.#counts.size < MAX_KINDS) this.#counts.set(what, { count: 1, atByte });
    else this.#more += 1;
  }

  /** Whether something in the file itself is broken, or the file is no capture at all. */
  get areDamage(): boolean {
    return [...this.#counts.values()].some(({ atByte }) => atByte !== null);
  }

  /** A line for each kind, in the order they were met. */
  lines(): string[] {
    const lines = [...this.#counts].map(([what, { count, atByte }]) => {
      const times = count === 1 ? [] : [`${count} times`];
      const place = atByte === null ? [] : [`${count === 1 ? '' : 'first '}at byte ${atByte}`];
      const remarks = [...times, ...place].join(', ');
      return remarks === '' ? what : `${what} (${remarks})`;
    });
    return this.#more === 0 ? lines : [...lines, `and ${this.#more} others`];
  }
}

/** The frames of a trace, in batches; what is no frame goes to `troubles`. Never throws for what is in it. */
export async function* readTrace(
  chunks: AsyncIterable<Uint8Array>,
  troubles: Troubles,
): AsyncGenerator<readonly TracedFrame[]> {
  let lastNs = 0n;
  for await (const items of readCapture(chunks)) {
    const frames: TracedFrame[] = [];
    for (const item of items) {
      const traced = frameOf(item, troubles, lastNs);
      if (traced === null) continue;
      if (traced.atNs < lastNs) troubles.note('packets earlier than the one before', null);
      lastNs = traced.atNs;
      frames.push(traced);
    }
    yield frames;
  }
}

const frameOf = (item: Item, troubles: Troubles, lastNs: bigint): TracedFrame | null => {
  if (item.kind === 'trouble') {
    troubles.note(item.what, item.atByte);
    return null;
  }
  const why = objection(item);
  if (why !== null) {
    troubles.note(why, null);
    return null;
  }
  const tapped = decodeLoraTap(item.bytes);
  if (tapped === null) {
    troubles.note('packets without a LoRaTap header, left out', null);
    return null;
  }
  if (tapped.channel.syncWord === LORAWAN_SYNC_WORD)
    troubles.note('frames of LoRaWAN (sync word 0x34)', null);
  const { direction, comments } = item;
  if (item.atNs === null) troubles.note('packets without a time', null);
  const { channel, rssiDbm, snrDb, frame } = tapped;
  return { atNs: item.atNs ?? lastNs, frame, channel, direction, rssiDbm, snrDb, comments };
};

const objection = ({ linkType, missingBytes }: Packet): string | null => {
  if (linkType !== LINKTYPE_LORATAP)
    return `packets of link type ${linkTypeName(linkType)}, left out`;
  return missingBytes > 0 ? 'packets that were not captured whole, left out' : null;
};
