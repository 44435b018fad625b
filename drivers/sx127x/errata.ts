import { BANDWIDTH_500, type Bandwidth } from './bandwidth.ts';
import { isLowFrequency } from './frequency.ts';
import { REG } from './registers.ts';

/** AutomaticIFOn in RegDetectOptimize: not set by every chip on reset, so written either way. */
const AUTOMATIC_IF = 0x80;
/** Reserved bits of RegDetectOptimize, as they are after reset. */
const DETECT_RESERVED = 0x40;

/**
 * Errata note SX1276/77/78 rev. 1, §2.1: sensitivity at 500 kHz. At other bandwidths the chip
 * chooses 0x3a by itself.
 */
const sensitivity = ({ code }: Bandwidth, frequencyHz: number): [number, number][] =>
  code === BANDWIDTH_500.code
    ? [
        [REG.highBwOptimize1, 0x02],
        [REG.highBwOptimize2, isLowFrequency(frequencyHz) ? 0x7f : 0x64],
      ]
    : [[REG.highBwOptimize1, 0x03]];

/**
 * Errata note §2.3: spurious reception of signals 31.25 kHz × n away. SF6 wants its own
 * DetectionOptimize in the same register, and its own threshold (datasheet §4.1.1.2).
 */
const spuriousReception = ({ code }: Bandwidth, isSf6: boolean): [number, number][] => {
  const detect = DETECT_RESERVED | (isSf6 ? 0x05 : 0x03);
  const threshold: [number, number] = [REG.detectionThreshold, isSf6 ? 0x0c : 0x0a];
  if (code === BANDWIDTH_500.code) return [[REG.detectOptimize, AUTOMATIC_IF | detect], threshold];
  const ifFreq1 = code >= 6 ? 0x40 : code >= 1 ? 0x44 : 0x48;
  return [[REG.ifFreq1, ifFreq1], [REG.ifFreq2, 0x00], [REG.detectOptimize, detect], threshold];
};

export const errataRegisters = (
  bandwidth: Bandwidth,
  frequencyHz: number,
  isSf6: boolean,
): [number, number][] => [
  ...sensitivity(bandwidth, frequencyHz),
  ...spuriousReception(bandwidth, isSf6),
];

/**
 * Errata note §2.3: with the intermediate frequency set by hand, bandwidths below 62.5 kHz are
 * received, but never sent, on a carrier higher by the bandwidth.
 */
export const receiveOffsetHz = ({ code, hz }: Bandwidth): number => (code < 6 ? hz : 0);
