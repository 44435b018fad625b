import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from '../machine/lab.ts';
import { until } from '../machine/until.ts';

/** Free on the header. */
const BCM = 5;

/** Let the kernel number the lines from here on, by a new start of the header's module. */
const setBase = async (lab: Lab, base: number): Promise<void> => {
  await lab.run('systemctl', 'set-environment', `GPIO_BASE=${base}`);
  await lab.run('systemctl', 'restart', 'lab-header');
  const folder = `/sys/class/gpio/gpiochip${base}`;
  expect(await lab.agent.call('shell', 'read', `${folder}/base`)).toBe(`${base}\n`);
};

/** GPIO through sysfs, as kernels before 6.6 number the lines, and since. */
export const lineChecks = (lab: Lab): void => {
  describe.each([0, 512])('GPIO lines with base %i', (base) => {
    beforeAll(() => setBase(lab, base));
    afterAll(() => setBase(lab, 512));

    test('an input tells each rising edge', async () => {
      await lab.agent.call('line', 'watch', BCM);
      for (const count of [1, 2, 3]) {
        lab.board.header.drive(BCM, true);
        await until(async () => (await lab.agent.call('line', 'edges', BCM)) === count);
        lab.board.header.drive(BCM, false);
      }
      await lab.agent.call('line', 'unwatch', BCM);
    });

    test('an output is high, then what it is set to', async () => {
      const { outputs } = lab.board.header;
      const seen = outputs.length;
      await lab.agent.call('line', 'drive', BCM, [0, 1]);
      const levels = outputs.slice(seen).map(({ line, level }) => [line, level]);
      expect(levels).toEqual([1, 0, 1].map((level) => [BCM, level]));
    });
  });
};
