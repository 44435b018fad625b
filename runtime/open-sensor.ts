import type { Role } from '../config/role.ts';
import { bme280 } from '../drivers/bme280/bme280.ts';
import type { Clock } from '../drivers/clock/interface.ts';
import { i2cBusDevice } from '../drivers/i2c/i2c-bus.ts';
import type { Sensor } from '../drivers/sensor/interface.ts';
import type { Simulated } from './simulated.ts';

/**
 * The sensor that a role names, or null. One on a bus is opened when it is first read, so that a
 * node whose sensor is not there runs all the same, and says so.
 */
export const openSensor = async (
  { name, sensor }: Role,
  { clock, simulated }: { readonly clock: Clock; readonly simulated: Simulated },
): Promise<Sensor | null> => {
  if (sensor === undefined) return null;
  if (sensor.driver === 'synthetic')
    return simulated.syntheticSensor({ clock, seed: sensor.seed ?? name });
  const device = i2cBusDevice({ bus: sensor.bus, address: Number(sensor.address) });
  return bme280({ device, clock });
};
