import { expect } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { chipAir, type OpenInput } from './chips.ts';
import { radioContract } from './contract.ts';

/** SPI and edges of a Raspberry Pi, before a frame and after it. */
const TOLERANCE_MS = 2;
/** Without lines it is asked time and again, at most 20 ms apart. */
const POLLING_TOLERANCE_MS = 21;

const pairOn = (options: OpenInput) => async () => {
  const { clock, open, violations } = chipAir();
  const [a, b] = [await open('a', options), await open('b', options)];
  return {
    a: a.radio,
    b: b.radio,
    now: () => clock.now(),
    pass: (durationMs: number) => clock.advance(durationMs),
    end: async () => {
      await clock.advance(100);
      expect(violations()).toEqual([]);
    },
  };
};

for (const [name, modulation] of Object.entries(presets)) {
  radioContract(`the SX127x driver on its chip model, ${name}`, pairOn({ modulation }), {
    toleranceMs: TOLERANCE_MS,
  });
}

radioContract('the SX127x driver without DIO lines', pairOn({ lines: false }), {
  toleranceMs: POLLING_TOLERANCE_MS,
});

radioContract('the SX127x driver without a reset line', pairOn({ resetLine: false }), {
  toleranceMs: TOLERANCE_MS,
});
