import { concatMap, defer, Observable, Subject, type Subscription } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import { readUint } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import {
  BROADCAST,
  type Delivery,
  type IncomingMessage,
  type Link,
  type OutgoingMessage,
} from '../../transports/lora/interface.ts';
import { unitInterval } from '../seeded-random.ts';

export interface StopAndWaitInput {
  readonly radio: Radio;
  readonly clock: Clock;
  readonly random: Random;
  readonly turnaroundMs: number;
}

/** `[kind][net][dst 2][src 2][seq][part][parts]`: kinds no frame of our own link has. */
const HEADER_BYTES = 9;
const DATA = 0xd0;
const ACK = 0xe0;
const PART_BYTES = 255 - HEADER_BYTES;
/** RadioHead's default; once to twice of it is waited beyond the frame's own time. */
const TIMEOUT_MS = 200;
/** More than its default of 4, with which 20 % of messages would be lost at loss 0.3. */
const ATTEMPTS = 12;

interface Frame {
  readonly kind: number;
  readonly net: number;
  readonly dst: number;
  readonly src: number;
  readonly seq: number;
  readonly part: number;
  readonly parts: number;
  readonly payload: Uint8Array;
}

const encode = ({ kind, net, dst, src, seq, part, parts, payload }: Frame): Uint8Array =>
  Uint8Array.from([
    ...[kind, net, dst >> 8, dst & 0xff, src >> 8, src & 0xff, seq, part, parts],
    ...payload,
  ]);

const decode = (bytes: Uint8Array): Frame | null => {
  const kind = bytes[0] ?? 0;
  if ((kind !== DATA && kind !== ACK) || bytes.length < HEADER_BYTES) return null;
  const [net, seq, part, parts] = [1, 6, 7, 8].map((at) => bytes[at] as number) as [
    number,
    number,
    number,
    number,
  ];
  const [dst, src] = [readUint(bytes, 2, 2), readUint(bytes, 4, 2)];
  return { kind, net, dst, src, seq, part, parts, payload: bytes.subarray(HEADER_BYTES) };
};

/**
 * One part of a message, one acknowledgement, no listening before talking, and a timeout that does
 * not know the modulation: what stock drivers do, as RadioHead's RHReliableDatagram has it.
 */
export const stopAndWaitLink = (input: StopAndWaitInput): Link => {
  const { radio, clock, random, turnaroundMs } = input;
  const messages = new Subject<IncomingMessage>();
  const acknowledged = new Subject<Frame>();
  const waiting = new Subject<{ begin: () => Observable<never> }>();
  const partial = new Map<string, { seq: number; parts: (Uint8Array | undefined)[] }>();
  let own = new Set<number>();
  let seq = 0;

  /** As soon as the radio is free: it may be in the middle of sending an acknowledgement. */
  const transmit = (frame: Uint8Array, sent: () => void): void => {
    radio.transmit(frame).subscribe({
      complete: sent,
      error: () => clock.setTimeout(() => transmit(frame, sent), turnaroundMs),
    });
  };

  const take = (frame: Frame, heard: Pick<IncomingMessage, 'rssiDbm' | 'snrDb'>): void => {
    const { net, src, dst, part, parts } = frame;
    const key = `${net} ${src} ${dst}`;
    const known = partial.get(key);
    const message = known?.seq === frame.seq ? known : { seq: frame.seq, parts: Array(parts) };
    partial.set(key, message);
    const isWhole = (): boolean => message.parts.filter(Boolean).length === parts;
    if (isWhole()) return;
    message.parts[part] = frame.payload;
    if (isWhole())
      messages.next({
        net,
        src,
        dst,
        payload: Buffer.concat(message.parts as Uint8Array[]),
        ...heard,
      });
  };

  const hearing = radio.receptions.subscribe(({ frame: bytes, rssiDbm, snrDb }) => {
    const frame = decode(bytes);
    if (frame === null || (frame.dst !== BROADCAST && !own.has(frame.dst))) return;
    if (frame.kind === ACK) {
      acknowledged.next(frame);
      return;
    }
    if (frame.dst !== BROADCAST) {
      const ack = encode({
        ...frame,
        kind: ACK,
        dst: frame.src,
        src: frame.dst,
        payload: new Uint8Array(),
      });
      clock.setTimeout(() => transmit(ack, () => undefined), turnaroundMs);
    }
    take(frame, { rssiDbm, snrDb });
  });

  const exchange = ({ net, src, dst, payload }: OutgoingMessage): Observable<Delivery> =>
    new Observable<Delivery>((subscriber) => {
      const startMs = clock.now();
      const parts = Math.max(1, Math.ceil(payload.length / PART_BYTES));
      seq = (seq + 1) & 0xff;
      const mine = seq;
      const spent = { frames: 0, bytes: 0, airtimeMs: 0 };
      let timer: unknown;
      let listening: Subscription | null = null;
      const send = (part: number, attempts: number): void => {
        if (subscriber.closed) return;
        if (part === parts) {
          subscriber.next({ startMs, endMs: clock.now(), ...spent });
          subscriber.complete();
          return;
        }
        if (attempts === 0) {
          subscriber.error(
            new TiesError('LINK_NO_ACK', 'No acknowledgement came: is it in reach?'),
          );
          return;
        }
        const piece = payload.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
        const frame = encode({ kind: DATA, net, dst, src, seq: mine, part, parts, payload: piece });
        spent.frames += 1;
        spent.bytes += frame.length;
        spent.airtimeMs += airtimeMs(radio.modulation, frame.length);
        const next = (): void => {
          clock.clearTimeout(timer);
          listening?.unsubscribe();
          // The other side turns round as well.
          timer = clock.setTimeout(() => send(part + 1, ATTEMPTS), turnaroundMs);
        };
        listening = acknowledged.subscribe((ack) => {
          if (ack.seq === mine && ack.part === part && ack.src === dst) next();
        });
        transmit(frame, () => {
          if (dst === BROADCAST) {
            next();
            return;
          }
          const waitMs = TIMEOUT_MS * (1 + unitInterval(random));
          timer = clock.setTimeout(() => {
            listening?.unsubscribe();
            send(part, attempts - 1);
          }, waitMs);
        });
      };
      send(0, ATTEMPTS);
      return () => {
        clock.clearTimeout(timer);
        listening?.unsubscribe();
      };
    });

  const working = waiting.pipe(concatMap(({ begin }) => begin())).subscribe();
  return {
    messages,
    send: (message) =>
      defer(
        () =>
          new Observable<Delivery>((subscriber) => {
            const begin = (): Observable<never> =>
              new Observable<never>((turn) => {
                if (subscriber.closed) {
                  turn.complete();
                  return undefined;
                }
                const sending = exchange(message).subscribe({
                  next: (delivery) => subscriber.next(delivery),
                  error: (error) => {
                    subscriber.error(error);
                    turn.complete();
                  },
                  complete: () => {
                    subscriber.complete();
                    turn.complete();
                  },
                });
                subscriber.add(() => {
                  sending.unsubscribe();
                  turn.complete();
                });
                return () => sending.unsubscribe();
              });
            waiting.next({ begin });
          }),
      ),
    listenAs: (addresses) => {
      own = new Set(addresses);
    },
    dutyCycle: () => null,
    close: () => {
      hearing.unsubscribe();
      working.unsubscribe();
      messages.complete();
    },
  };
};
