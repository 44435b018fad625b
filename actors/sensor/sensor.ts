import { enqueueActions, fromPromise, sendParent, setup } from 'xstate';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import type { Sensor } from '../../drivers/sensor/interface.ts';
import { failureOf } from '../../machines/outcome.ts';
import { TiesError } from '../../protocol/errors.ts';
import { encodeReading, type Measurement, type Reading } from '../../protocol/reading.ts';
import { atMostEvery } from '../at-most-every.ts';
import { between, spread } from '../spread.ts';
import type { Store } from '../store.ts';
import { type CourierEvent, courierMachine } from './courier.ts';
import { keeperLogic } from './kept.ts';
import type { OpenLine } from './line.ts';
import type { SensorNews } from './news.ts';
import type { ReadingQueue } from './queue.ts';

/** The first reading after a start comes within so long, or the interval where that is less. */
const FIRST_MS = 60_000;
const FIRST_RETRY_MS = 10_000;
/** A sensor that has not answered by then does not. */
export const READ_LIMIT_MS = 10_000;
/** That readings are dropped is told at most this often, with how many. */
const TELL_DROPPED_MS = 600_000;

export interface SensorContext {
  /** In a row. */
  readonly failures: number;
  /** Why it gives nothing. */
  readonly trouble: { readonly reason: string; readonly advice: string } | null;
  /** The latest reading. */
  readonly last: Reading | null;
  readonly queue: ReadingQueue;
}

export interface SensorInput {
  readonly sensor: Sensor;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly queue: ReadingQueue;
  readonly open: OpenLine;
  /** Which reading of its node a measurement is. */
  readonly stamped: (measured: Measurement) => Reading;
}

/** Measures at an interval, whatever becomes of the readings; a courier a peer takes them along. */
export const sensorMachine = (input: SensorInput) => {
  const { sensor, intervalMs, clock, random, store, queue, stamped } = input;
  const mayTellDropped = atMostEvery(clock, TELL_DROPPED_MS);
  return setup({
    types: {} as {
      context: SensorContext;
      events: SensorNews | { readonly type: 'peer.available' };
    },
    actors: {
      courier: courierMachine(input),
      keeper: keeperLogic(store, clock, queue),
      measure: fromPromise(async () => {
        const reading = stamped(await sensor.read());
        return { reading, payload: encodeReading(reading) };
      }),
    },
    delays: {
      first: () => between(random, 0, Math.min(FIRST_MS, intervalMs)),
      limit: READ_LIMIT_MS,
      /** One that is gone is looked for sooner than it would be read, and ever more seldom. */
      pause: ({ context: { failures } }) =>
        spread(
          random,
          failures === 0
            ? intervalMs
            : Math.min(Math.max(intervalMs, FIRST_MS), FIRST_RETRY_MS * 2 ** (failures - 1)),
        ),
    },
    actions: {
      tell: sendParent(({ event }) => event),
      noteFailure: enqueueActions(({ context, event, enqueue }) => {
        const isSilent = event.type.startsWith('xstate.after');
        const trouble = failureOf(isSilent ? { error: silent() } : event);
        if (context.trouble?.reason !== trouble.reason)
          enqueue.sendParent({ type: 'sensor.failed', ...trouble } satisfies SensorNews);
        enqueue.assign({ failures: context.failures + 1, trouble });
      }),
      tellCouriers: enqueueActions(({ event, enqueue }) => {
        const { type } = event as CourierEvent;
        for (const peer of queue.peers) enqueue.sendTo(`courier.${peer}`, { type });
      }),
      spawnCouriers: enqueueActions(({ enqueue }) => {
        for (const peer of queue.peers)
          enqueue.spawnChild('courier', { id: `courier.${peer}`, input: { peer } });
      }),
    },
  }).createMachine({
    id: 'sensor',
    context: { failures: 0, trouble: null, last: null, queue },
    entry: 'spawnCouriers',
    invoke: { id: 'keeper', src: 'keeper' },
    on: {
      'readings.*': { actions: 'tell' },
      'peer.available': { actions: 'tellCouriers' },
    },
    initial: 'starting',
    states: {
      starting: { after: { first: 'measuring' } },
      measuring: {
        invoke: {
          src: 'measure',
          onDone: {
            target: 'pausing',
            actions: enqueueActions(({ context, event, enqueue }) => {
              const { reading, payload } = event.output;
              const tell = (news: SensorNews): void => enqueue.sendParent(news);
              for (const peer of queue.push(payload))
                if (mayTellDropped(peer))
                  tell({ type: 'readings.dropped', peer, dropped: queue.dropped(peer) });
              if (context.trouble !== null) tell({ type: 'sensor.recovered' });
              tell({ type: 'sensor.measured', reading });
              for (const peer of queue.peers)
                enqueue.sendTo(`courier.${peer}`, { type: 'reading.taken' });
              enqueue.assign({ failures: 0, trouble: null, last: reading });
            }),
          },
          onError: { target: 'pausing', actions: 'noteFailure' },
        },
        after: { limit: { target: 'pausing', actions: 'noteFailure' } },
      },
      pausing: { after: { pause: 'measuring' } },
    },
  });
};

const silent = (): TiesError =>
  new TiesError(
    'SENSOR_SILENT',
    `The sensor has not answered for ${READ_LIMIT_MS / 1000} s. Check its wiring; where it stays so, see dmesg and reboot.`,
  );
