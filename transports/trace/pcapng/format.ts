/** Numbers of pcapng (IETF draft-ietf-opsawg-pcapng) that writing and reading share. */
export const BLOCK = {
  section: 0x0a0d0d0a,
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  packet: 6,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

export const OPTION = {
  end: 0,
  comment: 1,
  /** Of a section. */
  application: 4,
  /** Of an interface. */
  name: 2,
  description: 3,
  resolution: 9,
  offset: 14,
  /** Of a packet. */
  flags: 2,
} as const;

/** Bits 0 and 1 of a packet's flags. */
export const DIRECTION = { unknown: 0, received: 1, sent: 2 } as const;

/** Type, length before and behind. */
export const BLOCK_OVERHEAD = 12;
/** As Wireshark, which takes a longer one for damage. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

export const padded = (length: number): number => (length + 3) & ~3;
