import { readUint } from '../../protocol/bytes.ts';
import type { Channel, TracedFrame } from './frame.ts';

/**
 * LoRaTap, the header that LINKTYPE_LORATAP (270) puts before each frame, big-endian
 * (github.com/eriknl/LoRaTap: `loratap.h` version 0, `loratap1.h` version 1). tshark reads
 * version 1 since 4.2, version 0 always.
 */
export type LoraTapVersion = 0 | 1;

const BYTES: Readonly<Record<LoraTapVersion, number>> = { 0: 15, 1: 35 };
const BANDWIDTH_STEP_HZ = 125_000;
/**
 * dBm = value − 139. The specification counts a packet's RSSI in quarters where its SNR is
 * negative, which tshark does not, and which ends at −75 dBm; here it never is.
 */
const RSSI_OFFSET_DBM = -139;
const NO_RSSI = 255;
const SNR_STEPS_PER_DB = 4;
/** Flags of version 1: bit 3, the payload CRC holds. */
const CRC_HOLDS = 0b1000;

/** Header and frame. */
export const encodeLoraTap = (traced: TracedFrame, version: LoraTapVersion): Uint8Array => {
  const { channel, rssiDbm, snrDb, frame, atNs } = traced;
  const headerBytes = BYTES[version];
  const bytes = new Uint8Array(headerBytes + frame.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version);
  view.setUint16(2, headerBytes);
  view.setUint32(4, channel.frequencyHz);
  view.setUint8(8, Math.floor(channel.bandwidthHz / BANDWIDTH_STEP_HZ));
  view.setUint8(9, channel.spreadingFactor);
  view.setUint8(10, rssiByte(rssiDbm));
  view.setUint8(11, NO_RSSI);
  view.setUint8(12, NO_RSSI);
  view.setInt8(13, clamped(Math.round((snrDb ?? 0) * SNR_STEPS_PER_DB), -128, 127));
  view.setUint8(14, channel.syncWord);
  if (version === 1) {
    // A gateway's own clock counts microseconds.
    view.setUint32(23, Number((atNs / 1000n) & 0xffff_ffffn));
    view.setUint8(27, CRC_HOLDS);
    view.setUint8(28, channel.codingRateDenominator ?? 0);
  }
  bytes.set(frame, headerBytes);
  return bytes;
};

export type Tapped = Pick<TracedFrame, 'channel' | 'rssiDbm' | 'snrDb' | 'frame'>;

/** What stands behind a header of any version, or null where there is none. */
export const decodeLoraTap = (bytes: Uint8Array): Tapped | null => {
  if (bytes.length < BYTES[0]) return null;
  const headerBytes = readUint(bytes, 2, 2);
  if (headerBytes < BYTES[0] || headerBytes > bytes.length) return null;
  const rssi = bytes[10] as number;
  const hasRssi = rssi !== NO_RSSI;
  const snr = ((bytes[13] as number) << 24) >> 24;
  return {
    channel: channelOf(bytes, headerBytes),
    rssiDbm: hasRssi ? rssi + RSSI_OFFSET_DBM : null,
    snrDb: hasRssi ? snr / SNR_STEPS_PER_DB : null,
    frame: bytes.subarray(headerBytes),
  };
};

const channelOf = (bytes: Uint8Array, headerBytes: number): Channel => {
  const hasRate = bytes[0] === 1 && headerBytes >= BYTES[1];
  return {
    frequencyHz: readUint(bytes, 4, 4),
    bandwidthHz: (bytes[8] as number) * BANDWIDTH_STEP_HZ,
    spreadingFactor: bytes[9] as number,
    syncWord: bytes[14] as number,
    codingRateDenominator: hasRate ? codingRate(bytes[28] as number) : null,
  };
};

/** 0 is a version 1 that does not know it either. */
const codingRate = (value: number): number | null => (value >= 5 && value <= 8 ? value : null);

const rssiByte = (rssiDbm: number | null): number =>
  rssiDbm === null ? NO_RSSI : clamped(Math.round(rssiDbm) - RSSI_OFFSET_DBM, 0, NO_RSSI - 1);

const clamped = (value: number, min: number, max: number): number =>
  Math.min(max, Math.max(min, value));
