import { demodulationFloorDb } from '../../protocol/lora/modulation.ts';

/** One step of the three bits an acknowledgement has for it. */
export const MARGIN_STEP_DB = 3;

/** How far above the demodulation floor a frame was heard: 0 below 3 dB … 7 from 21 dB. */
export const snrMargin = (snrDb: number, spreadingFactor: number): number => {
  const steps = Math.floor((snrDb - demodulationFloorDb(spreadingFactor)) / MARGIN_STEP_DB);
  return Math.min(7, Math.max(0, steps));
};
