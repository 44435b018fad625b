import { TiesError } from '../../protocol/errors.ts';

/** What the chip, or the law of physics, refuses. */
export const refused = (message: string): TiesError => new TiesError('RADIO_MODULATION', message);
