import { map } from 'rxjs';
import type { Radio } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import type { MakeCourier } from './courier.ts';
import { linkCourier } from './link-courier.ts';
import { type Series, series } from './series.ts';

const LOSSES = [0, 0.1, 0.3];
/** So little over the floor of SF10 that no step is taken. */
const FAINT_DB = -14;

export interface Stepped {
  readonly loss: number;
  readonly atBase: Series;
  readonly withSteps: Series;
}

/** 600 B on the `range` preset between radios that hear each other well. */
export const stepped = (messages: number): Stepped[] =>
  LOSSES.map((loss) => {
    const common = { modulation: presets.range, bytes: 600, loss, messages };
    return {
      loss,
      atBase: series({ ...common, courier: faint }),
      withSteps: series({ ...common, courier: linkCourier }),
    };
  });

/** The link over radios that say they hardly heard what they heard. */
const faint: MakeCourier = (input) =>
  linkCourier({
    ...input,
    medium: { ...input.medium, join: (joining) => sayingFaint(input.medium.join(joining)) },
  });

const sayingFaint = (radio: Radio): Radio => ({
  get modulation() {
    return radio.modulation;
  },
  receptions: radio.receptions.pipe(map((heard) => ({ ...heard, snrDb: FAINT_DB }))),
  troubles: radio.troubles,
  transmit: (frame) => radio.transmit(frame),
  senseActivity: () => radio.senseActivity(),
  tune: (modulation) => radio.tune(modulation),
  close: () => radio.close(),
});
