import { describe, expect, test } from 'vitest';
import { compensate } from '../../../drivers/bme280/compensation.ts';
import { TiesError } from '../../../protocol/errors.ts';
import { EXAMPLE_CALIBRATION } from '../../../simulations/bme280/example.ts';
import type { Lab } from '../machine/lab.ts';
import { until } from '../machine/until.ts';

/** A join, a key, a reading: seconds on the air, and more on an emulated processor. */
const LIMIT_S = 180;
const LIMIT = { timeout: 2 * LIMIT_S * 1000 };

/** The roster that names the peer is still on its way. */
const NO_DEVICE = 'CONTROL_NO_DEVICE';
/** Or an answer was not in time. */
const NOT_YET = /^CONTROL_(NO_DEVICE|SESSION)/;

interface Status {
  readonly state: string;
  readonly address: number | null;
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** The node in the machine, with a Central Entity and another node on the host. */
export const networkChecks = (lab: Lab): void => {
  describe('a network of the machine and the host, on one air', LIMIT, () => {
    const { neighbours } = lab;
    const { sensor, radio } = lab.board;

    /** Nothing is to be known of a service that is still being started. */
    const status = (): Promise<Partial<Status>> =>
      lab.agent.call('control', 'ask', { do: 'status' }).catch((error) => {
        if (error instanceof TiesError && error.code === 'CONTROL_UNREACHABLE') return {};
        throw error;
      });

    /** Until it has joined, or rejoined. */
    const membership = async (): Promise<void> => {
      const since = performance.now();
      await until(async () => {
        const { state, address } = await status();
        return state === 'running, member' && address === neighbours.addressOf('machine');
      }, LIMIT_S);
      console.log(`a member after ${seconds(since)}`);
    };

    /** A session key for the node on the host, asked for again where it did not come in time. */
    const session = async (mode: 'direct' | 'indirect'): Promise<void> => {
      const [since, peer] = [performance.now(), String(neighbours.addressOf('node'))];
      let unanswered = 0;
      const gotten = async (): Promise<boolean> => {
        try {
          await lab.agent.call('control', 'ask', { do: 'session.request', peer, mode });
          return true;
        } catch (error) {
          if (!(error instanceof TiesError) || !NOT_YET.test(error.code)) throw error;
          if (error.code !== NO_DEVICE) unanswered += 1;
          return false;
        }
      };
      await until(gotten, LIMIT_S);
      console.log(
        `${mode}: confirmed after ${seconds(since)}; went unanswered ${unanswered} times`,
      );
    };

    /** What the sensor measures from now on is to be read at both neighbours. */
    const readings = async (temperature: number, epochAbove: number): Promise<number> => {
      const since = performance.now();
      sensor.sensed = { ...sensor.sensed, temperature };
      const { temperatureC } = compensate(EXAMPLE_CALIBRATION, sensor.sensed);
      const rounded = Math.round(temperatureC * 100) / 100;
      const epochs = await Promise.all(
        neighbours.names.map(async (name) => {
          const read = () =>
            neighbours
              .readings(name)
              .find((each) => each.temperatureC === rounded && each.epoch > epochAbove);
          await until(() => read() !== undefined, LIMIT_S);
          return read()?.epoch as number;
        }),
      );
      console.log(`${rounded} °C read at both after ${seconds(since)}, epoch ${epochs[0]}`);
      expect(epochs[1]).toBe(epochs[0]);
      return epochs[0] as number;
    };

    let epoch = 0;

    test('the machine joins', membership);

    test('it gets a session key for the other node directly, and confirms it', () =>
      session('direct'));

    test('and one through itself', () => session('indirect'));

    test('its readings are at the center and at the other node', async () => {
      epoch = await readings(540_000, 0);
    });

    test('its power is cut amid a key distribution; it boots, rejoins and goes on', async () => {
      const peer = String(neighbours.addressOf('node'));
      const sending = neighbours.keyRequestOf('pi');
      const request = { do: 'session.request', peer, mode: 'direct' } as const;
      const end = lab.agent.call('control', 'ask', request).catch((error: Error) => error.message);
      await sending;
      await lab.cutPower();
      expect(await end).toBe('The machine is off.');
      await lab.boot();
      await membership();
      expect(await readings(560_000, epoch)).toBeGreaterThan(epoch);
      const members = await neighbours.members();
      expect(members.map(({ address }) => address).sort()).toEqual(
        [neighbours.addressOf('machine'), neighbours.addressOf('node')].sort(),
      );
    });

    test('then a new session key is to be had as before', () => session('direct'));

    test('and its radio did nothing that the datasheet forbids', () => {
      expect(radio.violations).toEqual([]);
    });
  });
};
