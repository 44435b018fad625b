import { refused } from './fault.ts';

/** The antenna pin that the module has wired: PA_BOOST on RFM95, Ra-01 and the Dragino HAT. */
export type PaPin = 'PA_BOOST' | 'RFO';

export interface PowerRegisters {
  readonly paConfig: number;
  readonly ocp: number;
  readonly paDac: number;
}

const PA_DAC_DEFAULT = 0x84;
/** RegPaDac for more than 17 dBm on PA_BOOST (datasheet §5.4.3). */
const PA_DAC_HIGH_POWER = 0x87;

/**
 * RegOcp that trips at a current (§5.4.4): what the amplifier draws at this power (table 10:
 * 120 mA at 20 dBm, 87 at 17, 29 on RFO at 13) and some reserve for a poor antenna.
 */
const overCurrent = (milliamperes: number): number => {
  const trim = milliamperes <= 120 ? (milliamperes - 45) / 5 : (milliamperes + 30) / 10;
  return 0x20 | trim;
};

/**
 * Amplifier, its supply and its fuse for a power in dBm: −4 to 14 on RFO, 2 to 20 on PA_BOOST
 * (§5.4.2–4; 18 and 19 dBm as Semtech's reference driver sets them). Throws `RADIO_MODULATION`.
 */
export const powerRegisters = (powerDbm: number, paPin: PaPin): PowerRegisters => {
  const [leastDbm, mostDbm] = paPin === 'RFO' ? [-4, 14] : [2, 20];
  if (!Number.isInteger(powerDbm) || powerDbm < leastDbm || powerDbm > mostDbm) {
    throw refused(
      `${paPin} of the SX1276 does not send with ${powerDbm} dBm: set a whole number from ${leastDbm} to ${mostDbm}.`,
    );
  }
  if (paPin === 'RFO') {
    // Pmax is 10.8 dBm + 0.6 × MaxPower, less what OutputPower lacks to 15.
    const paConfig = powerDbm > 0 ? 0x70 | powerDbm : powerDbm + 4;
    return { paConfig, ocp: overCurrent(60), paDac: PA_DAC_DEFAULT };
  }
  if (powerDbm <= 17) {
    return { paConfig: 0xf0 | (powerDbm - 2), ocp: overCurrent(100), paDac: PA_DAC_DEFAULT };
  }
  return { paConfig: 0xf0 | (powerDbm - 5), ocp: overCurrent(140), paDac: PA_DAC_HIGH_POWER };
};
