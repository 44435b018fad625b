import type { Role } from '../config/role.ts';
import type { Clock } from '../drivers/clock/interface.ts';
import { openInput, openOutput } from '../drivers/gpio/onoff.ts';
import type { Radio } from '../drivers/radio/interface.ts';
import { openSpiDevice } from '../drivers/spi/spi-device.ts';
import { openSx127x } from '../drivers/sx127x/open.ts';
import { TiesError } from '../protocol/errors.ts';
import type { Modulation } from '../protocol/lora/modulation.ts';
import { presets } from '../protocol/lora/presets.ts';
import type { Simulated } from './simulated.ts';

/** Without sysfs, the header or onoff the radio works all the same, polled. */
const POLLED: ReadonlySet<string> = new Set([
  'GPIO_NO_SYSFS',
  'GPIO_NO_HEADER',
  'GPIO_MODULE_MISSING',
]);

export interface RadioInput {
  readonly clock: Clock;
  readonly simulated: Simulated;
  /** That lines are done without. */
  warn(trouble: TiesError): void;
}

type Lines = Parameters<typeof openSx127x>[0];
type Sx127xRole = Extract<Role['radio'], { driver: 'sx127x' }>;

/** Open the radio that a role names; it rejects with what the drivers reject with. */
export const openRadio = ({ name, radio }: Role, input: RadioInput): Promise<Radio> => {
  const modulation = modulationOf(radio);
  const { clock, simulated } = input;
  if (radio.driver === 'sx127x') return openChip(radio, modulation, input);
  const { path, position } = radio;
  return simulated.socketRadio({
    path,
    clock,
    modulation,
    id: name,
    ...(position && { position }),
  });
};

const modulationOf = ({ preset, powerDbm }: Role['radio']): Modulation => ({
  ...presets[preset],
  ...(powerDbm !== undefined && { powerDbm }),
});

const openChip = async (
  { spi: path, speedHz, pins, paPin }: Sx127xRole,
  modulation: Modulation,
  { clock, warn }: RadioInput,
): Promise<Radio> => {
  const opened: { close(): unknown }[] = [];
  const line = async <T extends { close(): void }>(
    open: (input: { bcm: number; chip?: string }) => Promise<T>,
    bcm: number | null,
  ): Promise<T | null> => {
    const place = pins.chip === undefined ? {} : { chip: pins.chip };
    const found = bcm === null ? null : await orPolled(open({ bcm, ...place }), warn);
    if (found !== null) opened.push(found);
    return found;
  };
  let lines: Pick<Lines, 'spi' | 'dio0' | 'dio1' | 'reset'>;
  try {
    const spi = await openSpiDevice({ path, speedHz });
    opened.push(spi);
    const dio0 = await line(openInput, pins.dio0);
    const dio1 = await line(openInput, pins.dio1);
    lines = { spi, dio0, dio1, reset: await line(openOutput, pins.reset) };
  } catch (error) {
    for (const each of opened) await each.close();
    throw error;
  }
  return openSx127x({ ...lines, clock, modulation, paPin });
};

const orPolled = async <T>(opening: Promise<T>, warn: RadioInput['warn']): Promise<T | null> => {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof TiesError && POLLED.has(error.code))) throw error;
    warn(error);
    return null;
  }
};
