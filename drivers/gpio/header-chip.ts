import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TiesError } from '../../protocol/errors.ts';

/** What the kernel calls the chip behind the header: Raspberry Pi 0 to 3, 4, 5. */
const LABELS = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'];

export const SYSFS = '/sys/class/gpio';

/**
 * The number of BCM line 0 in sysfs: 0 up to kernel 6.5, and since then whatever the kernel gives
 * away, mostly 512 (raspberrypi/linux issue 6084). Only the label is certain.
 *
 * Throws `GPIO_NO_SYSFS` where the kernel has none, `GPIO_NO_HEADER` where no chip is the header's.
 */
export const headerBase = (sysfs = SYSFS, labels: readonly string[] = LABELS): number => {
  const chips = chipsIn(sysfs);
  const header = chips.find(({ label }) => labels.includes(label));
  if (header !== undefined) return header.base;
  const seen = chips.map(({ label }) => label).join(', ') || 'none';
  throw new TiesError(
    'GPIO_NO_HEADER',
    `None of the GPIO chips in ${sysfs} is that of a Raspberry Pi's header (${labels.join(', ')}; found: ${seen}): take the lines out of the role, and the radio is polled.`,
  );
};

const chipsIn = (sysfs: string): { label: string; base: number }[] => {
  try {
    return readdirSync(sysfs)
      .filter((name) => name.startsWith('gpiochip'))
      .map((name) => ({
        label: readFileSync(join(sysfs, name, 'label'), 'utf8').trim(),
        base: Number(readFileSync(join(sysfs, name, 'base'), 'utf8')),
      }));
  } catch (cause) {
    throw new TiesError(
      'GPIO_NO_SYSFS',
      `This kernel has no GPIO in ${sysfs}, which onoff needs: take the lines out of the role, and the radio is polled.`,
      { cause },
    );
  }
};
