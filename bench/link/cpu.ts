import { Observable, of, Subject } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { bitmapBytes, decodeFrame, encodeFrame } from '../../transports/lora/frame.ts';
import { loraLink } from '../../transports/lora/link.ts';
import { Outgoing } from '../../transports/lora/outgoing.ts';
import { Reassembly } from '../../transports/lora/reassembly.ts';
import { afterAck, begin, isDelivered } from '../../transports/lora/rounds.ts';
import { linkTiming } from '../../transports/lora/timing.ts';

const BYTES = 1024;
const ROUTE = { net: 1, src: 1, dst: 2 };
const BATCHES = 30;
const MESSAGES_A_BATCH = 200;
const modulation = presets.default;

/** Cut, encode, decode, reassemble, acknowledge: what both ends do, without waiting. Frames. */
const codec = (): ((number: number) => number) => {
  const reassembly = new Reassembly(linkTiming(modulation, 5));
  return (number) => {
    const payload = new Uint8Array(BYTES).fill(number);
    const outgoing = new Outgoing({ ...ROUTE, payload }, number & 0xff);
    const progress = begin(outgoing.last);
    const frames = outgoing.round(progress, modulation).map(encodeFrame);
    let bitmap = 0;
    for (const bytes of frames) {
      const frame = decodeFrame(bytes);
      if (frame?.type === 'data') bitmap = reassembly.accept(frame, 1000 * number)?.bitmap ?? 0;
    }
    const { net, seq, last } = outgoing.route;
    const route = { type: 'ack', net, dst: ROUTE.src, seq } as const;
    const ack = decodeFrame(
      encodeFrame({ ...route, snrMargin: 7, bitmapBytes: bitmapBytes(last), bitmap }),
    );
    if (ack?.type !== 'ack' || !isDelivered(afterAck(progress, ack.bitmap)))
      throw new Error('lost');
    return frames.length + 1;
  };
};

/** A radio at one end of a wire that has time on air and nothing else of a medium. */
const wireRadio = (
  clock: Clock,
  receptions: Subject<Reception>,
  other: Subject<Reception>,
): Radio => ({
  modulation,
  receptions,
  troubles: new Subject(),
  transmit: (frame) =>
    new Observable((subscriber) => {
      const startMs = clock.now();
      clock.setTimeout(
        () => {
          subscriber.complete();
          other.next({ frame, startMs, endMs: clock.now(), rssiDbm: -60, snrDb: 9 });
        },
        airtimeMs(modulation, frame.length),
      );
    }),
  senseActivity: () => of({ detected: false, receiving: false, rssiDbm: -120 }),
  tune: () => new Observable((subscriber) => subscriber.complete()),
  close: () => {},
});

/** The same through two whole links, with every timer they set. */
const links = (): ((number: number) => number) => {
  const clock = new HeapClock();
  const [here, there] = [new Subject<Reception>(), new Subject<Reception>()];
  const link = (address: number, own: Subject<Reception>, other: Subject<Reception>) =>
    loraLink({
      radio: wireRadio(clock, own, other),
      clock,
      random: seededRandom(1, `${address}`),
      addresses: [address],
      dutyCycle: 'unlimited',
    });
  const from = link(1, here, there);
  link(2, there, here);
  let frames = 0;
  there.subscribe(() => {
    frames += 1;
  });
  here.subscribe(() => {
    frames += 1;
  });
  return (number) => {
    const before = frames;
    const payload = new Uint8Array(BYTES).fill(number);
    let isOver = false;
    from.send({ ...ROUTE, payload }).subscribe({
      complete: () => {
        isOver = true;
      },
    });
    clock.runPlain(() => isOver);
    clock.runPlain(() => false, clock.now() + 100);
    return frames - before;
  };
};

/** CPU time a frame, µs: the median of batches, after one to warm up. */
const microsecondsAFrame = (send: (number: number) => number): number => {
  const batches = Array.from({ length: BATCHES + 1 }, (_, batch) => {
    const before = process.cpuUsage();
    let frames = 0;
    for (let count = 0; count < MESSAGES_A_BATCH; count += 1) {
      frames += send(batch * MESSAGES_A_BATCH + count);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / frames;
  });
  return batches.slice(1).toSorted((a, b) => a - b)[BATCHES >> 1] as number;
};

const report = (what: string, make: () => (number: number) => number): void => {
  process.stdout.write(
    `${microsecondsAFrame(make()).toFixed(1).padStart(6)} µs a frame: ${what}\n`,
  );
};

report('1,024 B fragmented, acknowledged and reassembled', codec);
report('the same through two whole links, timers and all', links);
