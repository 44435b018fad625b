import { TiesError } from '../../protocol/errors.ts';

/** Whether the radio failed amid something and is well again (`RADIO_HEALED`). */
export const isHealed = (fault: unknown): boolean =>
  fault instanceof TiesError && fault.code === 'RADIO_HEALED';
