import type { Direction } from '../frame.ts';
import { BLOCK, OPTION } from './format.ts';
import { type InterfaceClock, interfaceClock } from './interface-clock.ts';
import type { Packet } from './item.ts';
import { eachOption } from './options.ts';

/** No honest section has more; a hostile one shall not fill the memory. */
const MAX_INTERFACES = 4096;
const DIRECTIONS: readonly Direction[] = ['unknown', 'received', 'sent', 'unknown'];
const NONE: readonly string[] = [];
const text = new TextDecoder();

interface CapturedOn {
  readonly linkType: number;
  readonly clock: InterfaceClock;
  readonly snapBytes: number;
}

/** Where a block's body stands, in the view of it and what surrounds it. */
export interface Body {
  readonly view: DataView;
  readonly at: number;
  readonly end: number;
}

/** One section of a pcapng file: its byte order, and the interfaces that its packets name. */
export class Section {
  readonly #little: boolean;
  readonly #interfaces: CapturedOn[] = [];

  constructor(little: boolean) {
    this.#little = little;
  }

  /** The packet in a block, what is wrong with it, or null where it is of another kind. */
  take(type: number, body: Body): Packet | string | null {
    switch (type) {
      case BLOCK.interface:
        return this.#takeInterface(body);
      case BLOCK.packet:
        return this.#packet(body);
      case BLOCK.obsoletePacket:
        return this.#obsoletePacket(body);
      case BLOCK.simplePacket:
        return this.#simplePacket(body);
      default:
        return null;
    }
  }

  #takeInterface({ view, at, end }: Body): string | null {
    const little = this.#little;
    if (end - at < 8) return 'an interface that is too short';
    if (this.#interfaces.length === MAX_INTERFACES) return `more than ${MAX_INTERFACES} interfaces`;
    let resolution: number | undefined;
    let offsetS: bigint | undefined;
    eachOption(view, { at: at + 8, end, little }, (code, from, length) => {
      if (code === OPTION.resolution && length === 1) resolution = view.getUint8(from);
      if (code === OPTION.offset && length === 8) offsetS = view.getBigInt64(from, little);
    });
    const clock = interfaceClock(resolution, offsetS);
    this.#interfaces.push({
      linkType: view.getUint16(at, little),
      clock: clock ?? (() => 0n),
      snapBytes: view.getUint32(at + 4, little) || Number.POSITIVE_INFINITY,
    });
    return clock === null ? 'an interface whose times are too fine; they are taken for 0' : null;
  }

  #packet({ view, at, end }: Body): Packet | string {
    const little = this.#little;
    if (end - at < 20) return 'a packet that is too short';
    return this.#captured(
      { view, at: at + 20, end },
      {
        interfaceId: view.getUint32(at, little),
        high: view.getUint32(at + 4, little),
        low: view.getUint32(at + 8, little),
        captured: view.getUint32(at + 12, little),
        original: view.getUint32(at + 16, little),
      },
    );
  }

  #obsoletePacket({ view, at, end }: Body): Packet | string {
    const little = this.#little;
    if (end - at < 20) return 'a packet that is too short';
    return this.#captured(
      { view, at: at + 20, end },
      {
        interfaceId: view.getUint16(at, little),
        high: view.getUint32(at + 4, little),
        low: view.getUint32(at + 8, little),
        captured: view.getUint32(at + 12, little),
        original: view.getUint32(at + 16, little),
      },
    );
  }

  #simplePacket({ view, at, end }: Body): Packet | string {
    const [captured] = this.#interfaces;
    if (captured === undefined) return 'a packet of no interface';
    if (end - at < 4) return 'a packet that is too short';
    const original = view.getUint32(at, this.#little);
    const length = Math.min(original, captured.snapBytes);
    if (length > end - at - 4) return 'a packet that is longer than its block';
    return {
      kind: 'packet',
      atNs: null,
      linkType: captured.linkType,
      bytes: bytesAt(view, at + 4, length),
      missingBytes: original - length,
      direction: 'unknown',
      comments: NONE,
    };
  }

  #captured({ view, at, end }: Body, packet: PacketHead): Packet | string {
    const { interfaceId, high, low, captured, original } = packet;
    const on = this.#interfaces[interfaceId];
    if (on === undefined) return `a packet of interface ${interfaceId}, which there is not`;
    if (captured > end - at) return 'a packet that is longer than its block';
    const options = at + ((captured + 3) & ~3);
    const { direction, comments } = options < end ? this.#remarks(view, options, end) : UNREMARKED;
    return {
      kind: 'packet',
      atNs: on.clock(high, low),
      linkType: on.linkType,
      bytes: bytesAt(view, at, captured),
      missingBytes: Math.max(0, original - captured),
      direction,
      comments,
    };
  }

  #remarks(view: DataView, at: number, end: number): Remarks {
    const little = this.#little;
    let direction: Direction = 'unknown';
    let comments: string[] | null = null;
    eachOption(view, { at, end, little }, (code, from, length) => {
      if (code === OPTION.comment) {
        comments ??= [];
        comments.push(text.decode(bytesAt(view, from, length)));
      } else if (code === OPTION.flags && length === 4)
        direction = DIRECTIONS[view.getUint32(from, little) & 3] as Direction;
    });
    return { direction, comments: comments ?? NONE };
  }
}

type Remarks = Pick<Packet, 'direction' | 'comments'>;
const UNREMARKED: Remarks = { direction: 'unknown', comments: NONE };

interface PacketHead {
  readonly interfaceId: number;
  readonly high: number;
  readonly low: number;
  readonly captured: number;
  readonly original: number;
}

const bytesAt = (view: DataView, at: number, length: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, length);
