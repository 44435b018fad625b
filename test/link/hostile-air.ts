import { map, merge, Subject } from 'rxjs';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import { decodeFrame } from '../../transports/lora/frame.ts';
import { bytes, type LinkWorld, linkWorld, type WorldInput } from './world.ts';

export interface HostileWorld extends LinkWorld {
  /** A node hears this frame now, though nobody had the airtime for it. */
  inject(name: string, frame: Uint8Array): void;
}

/** Links side by side that hear, besides each other, whatever a test makes them hear. */
export const hostileWorld = (input: WorldInput = {}): HostileWorld => {
  const ears = new Map<string, Subject<Uint8Array>>();
  const nowMs = (): number => world.clock.now();
  const radioFor = (name: string, radio: Radio): Radio => {
    const ear = new Subject<Uint8Array>();
    ears.set(name, ear);
    const heard = ear.pipe(
      map((frame): Reception => {
        return { frame, startMs: nowMs(), endMs: nowMs(), rssiDbm: -90, snrDb: 5 };
      }),
    );
    return {
      get modulation() {
        return radio.modulation;
      },
      receptions: merge(radio.receptions, heard),
      troubles: radio.troubles,
      transmit: (frame) => radio.transmit(frame),
      senseActivity: () => radio.senseActivity(),
      tune: (modulation) => radio.tune(modulation),
      close: () => radio.close(),
    };
  };
  const world = linkWorld({ ...input, radioFor });
  return { ...world, inject: (name, frame) => ears.get(name)?.next(frame) };
};

/** Every frame of a few messages to and fro over a bad channel. */
export const recordedFrames = async (seed: number): Promise<Uint8Array[]> => {
  const world = linkWorld({ seed, loss: 0.3 });
  const frames: Uint8Array[] = [];
  world.medium.transmissions.subscribe(({ frame }) => frames.push(frame));
  for (const length of [0, 40, 600, 1024]) {
    const sent = [world.send('a', 'b', bytes(length)), world.send('b', 'a', bytes(length))];
    await world.clock.runUntil(() => sent.every(({ isOver }) => isOver));
  }
  return frames;
};

/** The sequence number under which a node sends its first message. */
export const firstSeq = async (input: WorldInput, from: string, to: string): Promise<number> => {
  const world = linkWorld(input);
  const seqs: number[] = [];
  world.medium.transmissions.subscribe(({ frame }) => {
    const decoded = decodeFrame(frame);
    if (decoded?.type === 'data') seqs.push(decoded.seq);
  });
  world.send(from, to, bytes(1));
  await world.clock.runUntil(() => seqs.length > 0);
  return seqs[0] as number;
};

/** Whether the frame claims to belong to a message of this number, or to acknowledge it. */
export const names = (frame: Uint8Array, seq: number): boolean => {
  const decoded = decodeFrame(frame);
  if (decoded === null) return false;
  return decoded.seq === seq || ('piggyback' in decoded && decoded.piggyback?.seq === seq);
};
