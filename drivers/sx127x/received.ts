import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Reception } from '../radio/interface.ts';
import { CRC_ON_PAYLOAD, IRQ, REG } from './registers.ts';
import type { Settings } from './settings.ts';
import { frequencyErrorHz, packetRssiDbm, packetSnrDb } from './signal.ts';

export interface ReceivedFrame {
  readonly fifoAddress: number;
  readonly length: number;
  /** With the frame, and when its last bit ended. */
  reception(frame: Uint8Array, endMs: number): Reception;
}

/**
 * What the registers from RegFifoRxCurrentAddr to RegFei tell of the last frame; null where there
 * is none with a valid CRC. A header may announce a frame without one, and RxDone comes all the
 * same and without an error (datasheet §4.1.1.5): that is noise, or nobody of ours.
 */
export const receivedFrame = (bytes: Uint8Array, settings: Settings): ReceivedFrame | null => {
  const at = (address: number): number => bytes[address - REG.fifoRxCurrentAddr] as number;
  const { isLowFrequency, bandwidthHz, implicitLengthBytes } = settings;
  const flags = at(REG.irqFlags);
  if ((flags & IRQ.rxDone) === 0 || (flags & IRQ.payloadCrcError) !== 0) return null;
  const isExplicit = implicitLengthBytes === null;
  if (isExplicit && (at(REG.hopChannel) & CRC_ON_PAYLOAD) === 0) return null;
  const length = implicitLengthBytes ?? at(REG.rxNbBytes);
  if (length === 0) return null;

  // The sender may have used another coding rate: the header told it.
  const headerCodingRate = at(REG.modemStat) >> 5;
  const isKnown = isExplicit && headerCodingRate >= 1 && headerCodingRate <= 4;
  const { codingRateDenominator } = settings.modulation;
  const sent = {
    ...settings.modulation,
    bandwidthHz,
    codingRateDenominator: isKnown ? headerCodingRate + 4 : codingRateDenominator,
  };
  const snrDb = packetSnrDb(at(REG.pktSnrValue));
  const fei = [at(REG.feiMsb), at(REG.feiMsb + 1), at(REG.feiLsb)] as const;
  return {
    fifoAddress: at(REG.fifoRxCurrentAddr),
    length,
    reception: (frame, endMs) => ({
      frame,
      startMs: endMs - airtimeMs(sent, length),
      endMs,
      rssiDbm: packetRssiDbm(at(REG.pktRssiValue), snrDb, isLowFrequency),
      snrDb,
      frequencyErrorHz: frequencyErrorHz(fei, bandwidthHz),
    }),
  };
};
