import { type Channel, channelName, type TracedFrame } from './frame.ts';
import { LINKTYPE_LORATAP } from './link-types.ts';
import { encodeLoraTap, type LoraTapVersion } from './loratap.ts';
import { interfaceBlock, packetBlock, type Section, sectionBlock } from './pcapng/blocks.ts';

/** A frame as its block, with the block of its channel where that one is new. */
export interface Written {
  readonly channel: Uint8Array | null;
  readonly packet: Uint8Array;
}

/** Frames as the blocks of a file: one interface a channel. */
export class TraceWriter {
  readonly #section: Section;
  readonly #version: LoraTapVersion;
  readonly #channels = new Map<string, { readonly id: number; readonly block: Uint8Array }>();

  constructor(section: Section, version: LoraTapVersion) {
    this.#section = section;
    this.#version = version;
  }

  /** What a file begins with: every block written since, in any part, may follow. */
  header(): Uint8Array[] {
    return [sectionBlock(this.#section), ...[...this.#channels.values()].map(({ block }) => block)];
  }

  write(frame: TracedFrame): Written {
    const name = channelName(frame.channel);
    const known = this.#channels.get(name);
    const channel = known ?? {
      id: this.#channels.size,
      block: interfaceBlock({
        linkType: LINKTYPE_LORATAP,
        name,
        description: descriptionOf(frame.channel),
      }),
    };
    this.#channels.set(name, channel);
    const { atNs, direction, comments } = frame;
    const bytes = encodeLoraTap(frame, this.#version);
    const packet = packetBlock({ interfaceId: channel.id, atNs, direction, comments, bytes });
    return { channel: known === undefined ? channel.block : null, packet };
  }
}

const descriptionOf = ({ codingRateDenominator, syncWord }: Channel): string =>
  [
    'LoRa',
    ...(codingRateDenominator === null ? [] : [`coding rate 4/${codingRateDenominator}`]),
    `sync word 0x${syncWord.toString(16)}`,
  ].join(', ');
