import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Radio, Reception } from '../../../drivers/radio/interface.ts';
import { presets } from '../../../protocol/lora/presets.ts';
import type { Antenna } from '../../../simulations/medium/antenna.ts';
import { PINS } from '../machine/board.ts';
import type { Lab } from '../machine/lab.ts';
import { until } from '../machine/until.ts';

const PATH = '/dev/spidev0.0';
/** Slow, so that there is time to do something during a frame. */
const modulation = presets.range;

/** No two lengths agree at any byte, nor the shortest with an empty FIFO. */
const numbered = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (length + i) % 256);
const sent = (frame: ReturnType<Radio['transmit']>): Promise<unknown> =>
  lastValueFrom(frame, { defaultValue: null });

/** The SX127x driver on the kernel's spidev and the register-level model of the chip. */
export const radioChecks = (lab: Lab): void => {
  describe('the SX127x driver', () => {
    const { medium, radio: chip } = lab.board;
    let peer: Radio;
    /** Hears the moment a frame is locked on, as the chip does. */
    let ear: Antenna;
    const heard: Reception[] = [];
    beforeAll(() => {
      peer = medium.join({ id: 'peer', modulation });
      peer.receptions.subscribe((reception) => heard.push(reception));
      ear = medium.attach({ id: 'ear' });
      ear.listen(modulation);
    });
    afterAll(async () => {
      await lab.agent.call('radio', 'close');
      peer.close();
      ear.leave();
    });
    const received = async (count: number): Promise<Uint8Array[]> => {
      const frames: Uint8Array[] = [];
      await until(async () => {
        const more = await lab.agent.call('radio', 'receptions');
        frames.push(...more.map(({ frame }) => frame));
        return frames.length >= count;
      });
      return frames;
    };

    test('sets the chip up as its datasheet wants it', async () => {
      await lab.agent.call('radio', 'open', { path: PATH, pins: PINS, modulation });
      expect(chip.violations).toEqual([]);
    });

    test.each([1, 40, 255])('sends %i B, bit for bit', async (length) => {
      heard.length = 0;
      await lab.agent.call('radio', 'transmit', numbered(length));
      expect(heard.map(({ frame }) => frame)).toEqual([numbered(length)]);
    });

    test.each([255, 1, 40])('hears %i B, bit for bit', async (length) => {
      await sent(peer.transmit(numbered(length)));
      expect(await received(1)).toEqual([numbered(length)]);
    });

    test('finds a quiet channel quiet', async () => {
      const found = await lab.agent.call('radio', 'sense');
      expect(found).toMatchObject({ detected: false, receiving: false });
    });

    test('tells a frame that it is receiving, and receives it', async () => {
      const frame = sent(peer.transmit(numbered(200)));
      await until(() => ear.lock !== 'none');
      const found = await lab.agent.call('radio', 'sense');
      expect(found).toMatchObject({ receiving: true });
      await frame;
      expect(await received(1)).toEqual([numbered(200)]);
    });

    test('detects one that it came too late to receive', async () => {
      const own = lab.agent.call('radio', 'transmit', numbered(10));
      await until(() => ear.lock !== 'none');
      const others = sent(peer.transmit(numbered(255)));
      await own;
      const found = await lab.agent.call('radio', 'sense');
      expect(found).toMatchObject({ detected: true, receiving: false });
      await others;
      expect(await lab.agent.call('radio', 'receptions')).toEqual([]);
    });

    test('did nothing meanwhile that the datasheet forbids, and had nothing to heal', async () => {
      expect(chip.violations).toEqual([]);
      expect(await lab.agent.call('radio', 'complaints')).toEqual([]);
    });
  });
};
