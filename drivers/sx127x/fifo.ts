import { Disagreement, type RegisterFile } from './register-file.ts';
import { IRQ, REG } from './registers.ts';

/**
 * A transfer on the bus may get lost, and then another frame is sent, or delivered, with a CRC
 * that holds. So the pointer, which moves on with each byte (datasheet §4.1.2.3), is looked at
 * afterwards, and where it is elsewhere, the bytes themselves.
 */
const ATTEMPTS = 2;

/** In standby. Throws `RADIO_REGISTERS` where the chip does not hold the frame, and its length. */
export const fillFifo = async (registers: RegisterFile, frame: Uint8Array): Promise<void> => {
  const count = REG.payloadLength - REG.fifoAddrPtr + 1;
  let mismatches: ReturnType<RegisterFile['compare']> = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await registers.write(REG.fifoAddrPtr, 0);
    await registers.writeFifo(frame);
    const after = await registers.read(REG.fifoAddrPtr, count);
    mismatches = registers.compare(REG.fifoAddrPtr, after);
    if (mismatches.length > 0) continue;
    const pointer = after[0] as number;
    if (pointer === frame.length) return;
    mismatches = [{ address: REG.fifoAddrPtr, expected: frame.length, found: pointer }];
    await registers.write(REG.fifoAddrPtr, 0);
    if (isSame(await registers.read(REG.fifo, frame.length), frame)) return;
  }
  throw new Disagreement(mismatches);
};

/** After RxDone. Throws `RADIO_REGISTERS` where no two looks agree on what was received. */
export const emptyFifo = async (
  registers: RegisterFile,
  address: number,
  length: number,
): Promise<Uint8Array> => {
  const end = (address + length) & 0xff;
  const count = REG.irqFlags - REG.fifoAddrPtr + 1;
  let pointer = 0;
  let last: Uint8Array | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await registers.write(REG.fifoAddrPtr, address);
    const frame = await registers.read(REG.fifo, length);
    const after = await registers.read(REG.fifoAddrPtr, count);
    pointer = after[0] as number;
    if (pointer === end || (last !== null && isSame(frame, last))) {
      // Had the clearing got lost, the frame would be found again.
      const isCurrent = after[REG.fifoRxCurrentAddr - REG.fifoAddrPtr] === address;
      const flags = after[REG.irqFlags - REG.fifoAddrPtr] as number;
      if (isCurrent && (flags & IRQ.rxDone) !== 0) await registers.write(REG.irqFlags, IRQ.all);
      return frame;
    }
    last = frame;
  }
  throw new Disagreement([{ address: REG.fifoAddrPtr, expected: end, found: pointer }]);
};

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i]);
