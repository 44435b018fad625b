import type { Logger } from 'pino';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Surroundings } from '../device.ts';
import type { Difference } from './difference.ts';
import { PlayedDevice } from './player.ts';
import type { Line } from './turn.ts';

export interface ReplayInput {
  readonly lines: AsyncIterable<Line>;
  readonly log: Logger;
  /** Resolves when all that was set going has come to rest. */
  settled(): Promise<void>;
  /** How an inspector watches a device of the journal, for each of its starts. */
  readonly inspected?: (device: string, clock: Clock) => Inspected;
  /** All turns were made; what the devices do from here on is only that they are stopped. */
  readonly ended?: () => void;
}

export type Inspected = Pick<Surroundings, 'feed' | 'watchLink'>;

export interface Replay {
  /** The first one of any device, or null where all was done again. */
  readonly difference: Difference | null;
  /** Starts of devices. */
  readonly runs: number;
  readonly turns: number;
  readonly deeds: number;
  /** Changes of state among these. */
  readonly states: number;
  /** From the first turn to the last, as the clock of the recording has it. */
  readonly spanMs: number;
}

/** Execute a journal's runs again, in the order of their turns, to the end or the first difference. */
export const replayJournal = async (input: ReplayInput): Promise<Replay> => {
  const { lines, log, settled, inspected, ended } = input;
  const devices = new Map<number, PlayedDevice>();
  const tally = { runs: 0, turns: 0, deeds: 0, states: 0 };
  let [firstMs, lastMs]: [number | null, number] = [null, 0];
  let difference: Difference | null = null;
  for await (const line of lines) {
    if ('begin' in line) {
      tally.runs += 1;
      const { begin } = line;
      const watched = inspected && { inspected };
      devices.set(line.run, new PlayedDevice({ begin, log, settled, ...watched }));
    } else if ('stimulus' in line) {
      const device = devices.get(line.run);
      if (device === undefined) continue;
      await device.play(line);
      tally.turns += 1;
      tally.deeds += line.deeds.length;
      for (const deed of line.deeds) if (deed.startsWith('state ')) tally.states += 1;
      firstMs ??= line.atMs;
      lastMs = Math.max(lastMs, line.atMs);
      difference = device.difference;
      if (difference !== null) break;
      if (line.stimulus[0] === 'stop') {
        devices.delete(line.run);
        await device.stop();
      }
    }
  }
  ended?.();
  for (const device of devices.values()) await device.stop();
  return { ...tally, difference, spanMs: lastMs - (firstMs ?? lastMs) };
};
