/** A chip whose registers are read and written through a pointer that moves on. */
export interface I2cChip {
  /** Whether it acknowledges. */
  readonly connected: boolean;
  read(register: number, length: number): Uint8Array;
  write(register: number, value: number): void;
}

const READ = 1;

/**
 * What a chip has to say to a transfer as `../kernel/i2c.c` tells it, or null where none
 * acknowledges. As a BME280 does (datasheet §6.2): a write names a register and its value, and on
 * with the next of both; the last it names is where a read begins.
 */
export const i2cTransfer = (chip: I2cChip | undefined, messages: Uint8Array): Uint8Array | null => {
  if (chip === undefined || !chip.connected) return null;
  const view = new DataView(messages.buffer, messages.byteOffset, messages.byteLength);
  const read: number[] = [];
  let register = 0;
  for (let at = 0; at < messages.length; ) {
    const isRead = view.getUint8(at) === READ;
    const length = view.getUint16(at + 1, true);
    at += 3;
    if (isRead) {
      read.push(...chip.read(register, length));
      continue;
    }
    for (const [index, byte] of messages.subarray(at, at + length).entries())
      if (index % 2 === 0) register = byte;
      else chip.write(register, byte);
    at += length;
  }
  return Uint8Array.from(read);
};
