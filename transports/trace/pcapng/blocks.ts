import { concat, utf8 } from '../../../protocol/bytes.ts';
import type { Direction } from '../frame.ts';
import { BLOCK, BLOCK_OVERHEAD, BYTE_ORDER_MAGIC, DIRECTION, OPTION, padded } from './format.ts';

/** Blocks of a pcapng file, little-endian. */

const VERSION = { major: 1, minor: 0 } as const;
/** Nanoseconds: 10⁻⁹ s. */
const RESOLUTION = 9;
/** A comment of more is of nobody's making here. */
const MAX_OPTION_BYTES = 0xffff;

export interface Section {
  readonly application: string;
  readonly comment: string;
}

export const sectionBlock = ({ application, comment }: Section): Uint8Array => {
  const fixed = new Uint8Array(16);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, VERSION.major, true);
  view.setUint16(6, VERSION.minor, true);
  // Its length is not known before it ends: −1.
  view.setBigInt64(8, -1n, true);
  return block(BLOCK.section, fixed, [
    textOption(OPTION.comment, comment),
    textOption(OPTION.application, application),
  ]);
};

export interface Interface {
  readonly linkType: number;
  readonly name: string;
  readonly description: string;
}

export const interfaceBlock = ({ linkType, name, description }: Interface): Uint8Array => {
  const fixed = new Uint8Array(8);
  new DataView(fixed.buffer).setUint16(0, linkType, true);
  return block(BLOCK.interface, fixed, [
    textOption(OPTION.name, name),
    textOption(OPTION.description, description),
    option(OPTION.resolution, Uint8Array.of(RESOLUTION)),
  ]);
};

export interface PacketContent {
  /** Of its interface within the section, from 0. */
  readonly interfaceId: number;
  readonly atNs: bigint;
  readonly bytes: Uint8Array;
  readonly direction: Direction;
  readonly comments: readonly string[];
}

export const packetBlock = (packet: PacketContent): Uint8Array => {
  const { interfaceId, atNs, bytes, direction, comments } = packet;
  const fixed = new Uint8Array(20 + padded(bytes.length));
  const view = new DataView(fixed.buffer);
  view.setUint32(0, interfaceId, true);
  view.setUint32(4, Number((atNs >> 32n) & 0xffff_ffffn), true);
  view.setUint32(8, Number(atNs & 0xffff_ffffn), true);
  view.setUint32(12, bytes.length, true);
  view.setUint32(16, bytes.length, true);
  fixed.set(bytes, 20);
  return block(BLOCK.packet, fixed, [
    ...comments.map((comment) => textOption(OPTION.comment, comment)),
    option(OPTION.flags, Uint8Array.of(DIRECTION[direction], 0, 0, 0)),
  ]);
};

const block = (type: number, fixed: Uint8Array, options: readonly Uint8Array[]): Uint8Array => {
  const body = concat(fixed, ...options, option(OPTION.end, new Uint8Array(0)));
  const bytes = new Uint8Array(BLOCK_OVERHEAD + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  bytes.set(body, 8);
  view.setUint32(bytes.length - 4, bytes.length, true);
  return bytes;
};

const textOption = (code: number, text: string): Uint8Array =>
  option(code, utf8(text).subarray(0, MAX_OPTION_BYTES));

const option = (code: number, value: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(4 + padded(value.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  bytes.set(value, 4);
  return bytes;
};
