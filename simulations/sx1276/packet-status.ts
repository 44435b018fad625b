/** What the modem writes of a frame it received (datasheet §5.5.5 and §6.4). */

const RSSI_OFFSET_DBM = { high: -157, low: -164 } as const;
/** PacketRssi grows more slowly than the power: §5.5.5 corrects it by 16/15. */
const PACKET_RSSI_SLOPE = 15 / 16;

const byte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

const aboveOffset = (dbm: number, isHighBand: boolean): number =>
  dbm - RSSI_OFFSET_DBM[isHighBand ? 'high' : 'low'];

/** RegRssiValue: power in the channel at this moment. */
export const rssiValue = (powerDbm: number, isHighBand: boolean): number =>
  byte(aboveOffset(powerDbm, isHighBand));

/** RegPktRssiValue: power in the channel during the frame; below the noise, that of the noise. */
export const pktRssiValue = (rssiDbm: number, snrDb: number, isHighBand: boolean): number =>
  byte(aboveOffset(rssiDbm - Math.min(0, snrDb), isHighBand) * PACKET_RSSI_SLOPE);

/** RegPktSnrValue: quarter decibels, two's complement. */
export const pktSnrValue = (snrDb: number): number =>
  Math.max(-128, Math.min(127, Math.round(4 * snrDb))) & 0xff;

/**
 * RegFei: the receiver's carrier less the sender's, to be subtracted from the former (§4.1.5);
 * 20 bits, two's complement, in steps that grow with the bandwidth. `errorHz` is the sender's less
 * the receiver's.
 */
export const feiValue = (errorHz: number, bandwidthHz: number): [number, number, number] => {
  const steps = Math.round(((-errorHz * 32e6) / 2 ** 24) * (500_000 / bandwidthHz));
  return [(steps >> 16) & 0x0f, (steps >> 8) & 0xff, steps & 0xff];
};
