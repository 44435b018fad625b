import type { Socket } from 'node:net';
import type { OutputLine } from '../../../drivers/gpio/interface.ts';
import type { SpiDevice } from '../../../drivers/spi/interface.ts';
import { Deframer, encodeFrame, type Frame, WIRE } from './frames.ts';
import { type I2cChip, i2cTransfer } from './i2c.ts';

/** Chips on the header of a Raspberry Pi, by chip select, by address and by BCM number. */
export interface Chips {
  readonly spi: ReadonlyMap<number, Pick<SpiDevice, 'transfer'>>;
  readonly i2c: ReadonlyMap<number, I2cChip>;
  readonly outputs: ReadonlyMap<number, Pick<OutputLine, 'write'>>;
}

const NOTHING = new Uint8Array(0);
/** No such chip: what an open bus reads, and no acknowledge. */
const OPEN_BUS = 0xff;
const NO_ACK = 1;

/** The other end of the wires of `../kernel`. */
export class Header {
  /** All that the machine set its outputs to. */
  readonly outputs: { readonly line: number; readonly level: 0 | 1 }[] = [];
  readonly #chips: Chips;
  #socket: Socket | null = null;

  constructor(chips: Chips) {
    this.#chips = chips;
  }

  /** A machine that starts; an earlier one is gone. */
  connect(socket: Socket): void {
    const deframer = new Deframer();
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const frame of deframer.push(chunk)) void this.#answer(socket, frame);
    });
  }

  /** Set the level of an input line. */
  drive(line: number, isHigh: boolean): void {
    const frame = {
      kind: WIRE.input,
      unit: line,
      call: 0,
      status: 0,
      bytes: Uint8Array.of(+isHigh),
    };
    this.#socket?.write(encodeFrame(frame));
  }

  async #answer(socket: Socket, frame: Frame): Promise<void> {
    const [status, bytes] = await this.#exchange(frame);
    socket.write(encodeFrame({ ...frame, status, bytes }));
  }

  async #exchange({ kind, unit, bytes }: Frame): Promise<readonly [number, Uint8Array]> {
    const { spi, i2c, outputs } = this.#chips;
    if (kind === WIRE.spi)
      return [0, (await spi.get(unit)?.transfer(bytes)) ?? bytes.fill(OPEN_BUS)];
    if (kind === WIRE.i2c) {
      const read = i2cTransfer(i2c.get(unit), bytes);
      return read === null ? [NO_ACK, NOTHING] : [0, read];
    }
    const level = bytes[0] === 0 ? 0 : 1;
    this.outputs.push({ line: unit, level });
    await outputs.get(unit)?.write(level);
    return [0, NOTHING];
  }
}
