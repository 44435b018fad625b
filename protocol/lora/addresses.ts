/** Type 1, an acknowledgement, tells whom it is for and not who sent it. */
const ACK_TYPE = 1;
const TYPE_SHIFT = 3;
const TYPE_MASK = 0b111;

/**
 * Whom a frame of the link is for: all begin with `[ver 2 type 3 flags 3][net][dst 2]`. Null where
 * it is too short to say; any other bytes are taken for a frame.
 */
export const destinationOf = (frame: Uint8Array): number | null => uint16At(frame, 2);

/** Who sent a frame of the link, which most go on to say with `[src 2]`; else null. */
export const sourceOf = (frame: Uint8Array): number | null =>
  (((frame[0] ?? 0) >> TYPE_SHIFT) & TYPE_MASK) === ACK_TYPE ? null : uint16At(frame, 4);

const uint16At = (bytes: Uint8Array, at: number): number | null =>
  bytes.length < at + 2 ? null : ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
