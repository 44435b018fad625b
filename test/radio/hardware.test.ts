import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'vitest';
import { wallClock } from '../../drivers/clock/wall.ts';
import { openInput, openOutput } from '../../drivers/gpio/onoff.ts';
import { openSpiDevice } from '../../drivers/spi/spi-device.ts';
import { openSx127x } from '../../drivers/sx127x/open.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { radioContract } from './contract.ts';

/** Two modules on this machine, each a spidev, BCM of DIO0 and of NRESET; either may be left out. */
const NAMES = 'TIES_RADIOS';
const EXAMPLE = `${NAMES}='/dev/spidev0.0,4,17 /dev/spidev0.1,22,27'`;

/** Real time, and other things to do. */
const TOLERANCE_MS = 25;
/** Longer than anything of the contract takes with this modulation. */
const LONGEST_MS = 2_000;
/** Side by side, the least there is. */
const modulation = { ...presets.default, powerDbm: 2 };

const open = async (module: string) => {
  const [path = '', dio0, reset] = module.split(',');
  return openSx127x({
    spi: await openSpiDevice({ path }),
    dio0: dio0 ? await openInput({ bcm: Number(dio0) }) : null,
    dio1: null,
    reset: reset ? await openOutput({ bcm: Number(reset) }) : null,
    clock: wallClock,
    modulation,
  });
};

const [first, second] = process.env[NAMES]?.split(' ') ?? [];

if (first === undefined || second === undefined) {
  const reason = `no radio contract on hardware; on a machine with two modules: ${EXAMPLE} npm run unit test/radio`;
  console.log(reason);
  test.skip(reason, () => {});
} else {
  radioContract(
    'SX127x modules on this machine',
    async () => ({
      a: await open(first),
      b: await open(second),
      now: () => wallClock.now(),
      pass: (durationMs) => sleep(Math.min(durationMs, LONGEST_MS)),
      end: () => sleep(100),
    }),
    { toleranceMs: TOLERANCE_MS },
  );
}
