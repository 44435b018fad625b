import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';

/** Output pin that a board's antenna is wired to. */
export type PaPin = 'rfo' | 'boost';

/** What leaks from a pin that the antenna is not wired to. *est.* */
const UNWIRED_LOSS_DB = 40;
/** What a supply limited below the need costs. *est.* */
const STARVED_LOSS_DB = 6;

export interface Amplifier {
  /** What reaches the antenna. */
  readonly powerDbm: number;
  readonly pin: PaPin;
  /** RegPaDac holds something else than its two values, or +20 dBm without PA_BOOST (§5.4.3). */
  readonly isDacWrong: boolean;
  readonly isStarved: boolean;
}

/** What RegPaConfig, RegPaDac and RegOcp make of a transmission (datasheet §5.4.2–4). */
export const amplifier = (registers: RegisterFile, wired: PaPin): Amplifier => {
  const paConfig = registers.common(Reg.paConfig);
  const dac = registers.common(Reg.paDac) & 0b111;
  const pin = (paConfig & 0x80) === 0 ? 'rfo' : 'boost';
  const outputPower = paConfig & 0x0f;
  const isHighPower = dac === 7;
  const setDbm =
    pin === 'boost'
      ? outputPower + (isHighPower ? 5 : 2)
      : 10.8 + 0.6 * ((paConfig >> 4) & 0b111) - (15 - outputPower);
  const isStarved = neededMa(pin, setDbm) > limitMa(registers.common(Reg.ocp));
  const lossDb = (pin === wired ? 0 : UNWIRED_LOSS_DB) + (isStarved ? STARVED_LOSS_DB : 0);
  return {
    powerDbm: setDbm - lossDb,
    pin,
    isDacWrong: (dac !== 4 && !isHighPower) || (isHighPower && pin === 'rfo'),
    isStarved,
  };
};

/** Supply current in transmit mode (table 6). */
const neededMa = (pin: PaPin, powerDbm: number): number => {
  if (pin === 'rfo') return powerDbm > 7 ? 29 : 20;
  return powerDbm > 17 ? 120 : 87;
};

/** RegOcp (§5.4.4); off, it limits nothing. */
const limitMa = (ocp: number): number => {
  const trim = ocp & 0x1f;
  if ((ocp & 0x20) === 0) return Number.POSITIVE_INFINITY;
  if (trim <= 15) return 45 + 5 * trim;
  return trim <= 27 ? -30 + 10 * trim : 240;
};
