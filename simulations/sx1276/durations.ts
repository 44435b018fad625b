import type { SymbolShape } from '../../protocol/lora/airtime.ts';

/** From NRESET released to the first access (datasheet §7.2.2), image calibration included. */
export const RESET_READY_MS = 5;
/** How long NRESET must be low (§7.2.2). */
export const RESET_PULSE_MS = 0.1;
/** Crystal from Sleep to Standby, PLL lock (TS_OSC, TS_FS: §2.5.2). */
export const OSCILLATOR_MS = 0.25;
export const SYNTHESIZER_MS = 0.06;
/** PA ramp of 40 µs: TS_TR = 5 µs + 1.25 × PaRamp (§4.2.5.1). */
export const TRANSMITTER_MS = 0.055;
/** TS_RE at a receiver bandwidth of 125 kHz (table 22). */
export const RECEIVER_MS = 0.071;
/** Image and RSSI calibration (§4.2.3.8). */
export const CALIBRATION_MS = 10;

/** The receiver is on for (2^SF + 32) / BW of a channel activity detection (§4.1.6). */
export const cadCaptureMs = ({ spreadingFactor, bandwidthHz }: SymbolShape): number =>
  ((2 ** spreadingFactor + 32) * 1000) / bandwidthHz;

/**
 * Then the modem correlates what it captured (Semtech AN1200.21), so that at 125 kHz the whole takes
 * 1.7 to 1.9 symbols (figure 12).
 */
export const cadProcessingMs = ({ spreadingFactor }: SymbolShape): number =>
  (spreadingFactor * 2 ** spreadingFactor) / 1750;
