/**
 * What a radio draws, mW at 3.3 V (SX1276 datasheet, table 6: 29 mA at +13 dBm on RFO, of which
 * 14 dBm is the next; 12.0 mA receiving at 250 kHz, 11.5 at 125 with the LNA boosted).
 */
const TRANSMIT_MW = 3.3 * 32;
const RECEIVE_MW = 3.3 * 12;

/** Of one frame: what it cost its sender, and one receiver that listens just as long. */
export const frameMj = (airtimeMs: number): number =>
  ((TRANSMIT_MW + RECEIVE_MW) * airtimeMs) / 1000;
