/** Readings of the SX1276's receiver (datasheet rev. 7, §4.1.5, §5.5.5 and §6.4). */

const portOffsetDbm = (isLowFrequency: boolean): number => (isLowFrequency ? -164 : -157);

const signed8 = (byte: number): number => (byte << 24) >> 24;

/** Power in the channel, from RegRssiValue (0x1b). */
export const channelRssiDbm = (rssiValue: number, isLowFrequency: boolean): number =>
  portOffsetDbm(isLowFrequency) + rssiValue;

/** SNR of the last frame, from RegPktSnrValue (0x19): quarters of a dB, two's complement. */
export const packetSnrDb = (pktSnrValue: number): number => signed8(pktSnrValue) / 4;

/**
 * Strength of the last frame, from RegPktRssiValue (0x1a): with the slope that corrects the
 * detector's non-linearity, and below the noise less by the SNR, for the detector saw both.
 */
export const packetRssiDbm = (
  pktRssiValue: number,
  snrDb: number,
  isLowFrequency: boolean,
): number => portOffsetDbm(isLowFrequency) + (pktRssiValue * 16) / 15 + (snrDb < 0 ? snrDb : 0);

/**
 * Sender's carrier less ours, from RegFei (0x28 to 0x2a): 20 bits, two's complement. RegFei itself
 * is ours less the sender's, as it is to be subtracted from our carrier (§4.1.5).
 */
export const frequencyErrorHz = (
  [msb, mid, lsb]: readonly [number, number, number],
  bandwidthHz: number,
): number => {
  const raw = ((msb & 0x0f) << 16) | (mid << 8) | lsb;
  const signed20 = (raw << 12) >> 12;
  return (((0 - signed20) * 2 ** 24) / 32e6) * (bandwidthHz / 500_000);
};
