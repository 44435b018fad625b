import { firstValueFrom, lastValueFrom } from 'rxjs';
import { wallClock } from '../../../../drivers/clock/wall.ts';
import { openInput, openOutput } from '../../../../drivers/gpio/onoff.ts';
import type { Activity, Radio, Reception } from '../../../../drivers/radio/interface.ts';
import { openSpiDevice } from '../../../../drivers/spi/spi-device.ts';
import { openSx127x } from '../../../../drivers/sx127x/open.ts';
import type { Modulation } from '../../../../protocol/lora/modulation.ts';

interface Place {
  readonly path: string;
  readonly pins: { readonly dio0: number; readonly dio1: number; readonly reset: number };
  readonly modulation: Modulation;
}

let radio: Radio | null = null;
const heard: Reception[] = [];
const troubles: string[] = [];

/** Open the driver, as `ties run` does. */
export const open = async ({ path, pins, modulation }: Place): Promise<void> => {
  const opened = await openSx127x({
    spi: await openSpiDevice({ path }),
    dio0: await openInput({ bcm: pins.dio0 }),
    dio1: await openInput({ bcm: pins.dio1 }),
    reset: await openOutput({ bcm: pins.reset }),
    clock: wallClock,
    modulation,
  });
  opened.receptions.subscribe((reception) => heard.push(reception));
  opened.troubles.subscribe(({ code, message }) => troubles.push(`${code}: ${message}`));
  radio = opened;
};

const current = (): Radio => {
  if (radio === null) throw new Error('The radio is not open.');
  return radio;
};

export const transmit = (frame: Uint8Array): Promise<unknown> =>
  lastValueFrom(current().transmit(frame), { defaultValue: null });

export const sense = (): Promise<Activity> => firstValueFrom(current().senseActivity());

/** What was heard since it was last asked. */
export const receptions = (): Reception[] => heard.splice(0);

export const complaints = (): string[] => troubles.splice(0);

export const close = (): void => {
  radio?.close();
  radio = null;
};
