import { concat } from '../../../protocol/bytes.ts';
import { ClassicDecoder, isClassic } from './classic.ts';
import { BLOCK } from './format.ts';
import { type Decoder, type Item, trouble } from './item.ts';
import { PcapngDecoder } from './sections.ts';

/** What tells one kind of file from another. */
const MAGIC_BYTES = 4;
const GZIP = 0x1f8b;

/**
 * The packets of a pcapng or pcap file, in batches, with what of it cannot be read: it holds no
 * more of the file at a time than a chunk and the longest block. Never throws for what is in it.
 */
export async function* readCapture(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly Item[]> {
  let decoder: Decoder | null = null;
  let atByte = 0;
  let waiting: Uint8Array[] = [];
  let length = 0;
  const items: Item[] = [];
  const emit = (item: Item): void => void items.push(item);
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < (decoder?.needed ?? MAGIC_BYTES)) continue;
    const bytes = waiting.length === 1 ? chunk : concat(...waiting);
    decoder ??= decoderOf(bytes);
    if (length < decoder.needed) {
      waiting = [bytes];
      continue;
    }
    const done: number = decoder.decode(bytes, atByte, emit);
    atByte += done;
    waiting = done < length ? [bytes.subarray(done)] : [];
    length -= done;
    if (items.length > 0) yield items.splice(0);
  }
  const last = lastTrouble(decoder, atByte, length);
  if (last !== null) yield [last];
}

const decoderOf = (bytes: Uint8Array): Decoder => {
  const first = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (first === BLOCK.section) return new PcapngDecoder();
  if (isClassic(first)) return new ClassicDecoder();
  const what = first >>> 16 === GZIP ? 'compressed: gunzip it first' : 'neither pcapng nor pcap';
  return foreign(what);
};

const foreign = (what: string): Decoder => {
  let isTold = false;
  return {
    needed: 1,
    decode: ({ length }, atByte, emit) => {
      if (!isTold) emit(trouble(atByte, what));
      isTold = true;
      return length;
    },
  };
};

/** A file ends with its last block; a power failure leaves a part of one. */
const lastTrouble = (decoder: Decoder | null, atByte: number, length: number): Item | null => {
  if (decoder === null) return trouble(0, length === 0 ? 'empty' : 'too short for pcapng or pcap');
  return length === 0
    ? null
    : trouble(atByte, `cut off: the last ${length} bytes are no whole block`);
};
