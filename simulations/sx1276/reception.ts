import type { Arrival } from '../medium/antenna.ts';
import type { DataBuffer } from './data-buffer.ts';
import { Irq } from './interrupts.ts';
import type { LoraSettings } from './lora-settings.ts';
import { feiValue, pktRssiValue, pktSnrValue } from './packet-status.ts';
import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';

/** A frame as the modem has it at its end. */
export interface Demodulated {
  readonly arrival: Arrival;
  /** Whether its header says that a payload CRC follows. */
  readonly hasCrc: boolean;
}

/**
 * Put a frame whose header was valid into the data buffer, and what the modem knows of it into the
 * registers; frames of one stay in receive mode follow each other in the buffer (§4.1.2.3).
 * Returns the interrupt flags.
 */
export const receive = (
  { arrival, hasCrc }: Demodulated,
  settings: LoraSettings,
  registers: RegisterFile,
  buffer: DataBuffer,
): number => {
  const { rssiDbm, snrDb, frequencyErrorHz } = arrival;
  const { isHighBand, modulation, implicitHeader, payloadLength } = settings;
  // Without a header the modem takes as many bytes as it was told to expect, and then the CRC.
  const frame = implicitHeader ? resized(arrival.frame, payloadLength) : arrival.frame;
  const start = registers.lora(Reg.fifoRxByteAddr);
  buffer.store(start, frame);
  registers.setLora(Reg.fifoRxByteAddr, (start + frame.length) & 0xff);
  registers.setLora(Reg.fifoRxCurrentAddr, start);
  registers.setLora(Reg.rxNbBytes, frame.length);
  registers.setLora(Reg.pktSnrValue, pktSnrValue(snrDb));
  registers.setLora(Reg.pktRssiValue, pktRssiValue(rssiDbm, snrDb, isHighBand));
  registers.setLora(Reg.feiMsb, ...feiValue(frequencyErrorHz, modulation.bandwidthHz));
  registers.setLora(Reg.hopChannel, hasCrc ? 0x40 : 0);
  registers.setLora(Reg.modemStat, (modulation.codingRateDenominator - 4) << 5);
  count(registers, Reg.rxHeaderCntMsb);
  const isWrong = hasCrc && !(arrival.isIntact && frame.length === arrival.frame.length);
  if (!isWrong) count(registers, Reg.rxPacketCntMsb);
  return Irq.validHeader | Irq.rxDone | (isWrong ? Irq.payloadCrcError : 0);
};

const resized = (frame: Uint8Array, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set(frame.subarray(0, length));
  return bytes;
};

const count = (registers: RegisterFile, msb: number): void => {
  const value = ((registers.lora(msb) << 8) | registers.lora(msb + 1)) + 1;
  registers.setLora(msb, (value >> 8) & 0xff, value & 0xff);
};
