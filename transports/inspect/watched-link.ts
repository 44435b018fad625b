import { tap } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import { messageById } from '../../protocol/messages.ts';
import { BROADCAST, type Link } from '../lora/interface.ts';
import type { DutySeen, MessageSeen } from './interface.ts';

/** Address of the Central Entity. */
const CENTER = 1;

export interface WatchedLinkInput {
  readonly link: Link;
  readonly clock: Pick<Clock, 'now'>;
  /** Of the device that the link is of. */
  readonly name: string;
  readonly tell: (event: MessageSeen | DutySeen) => void;
}

const nameOf = (address: number): string => {
  if (address === BROADCAST) return 'all';
  return address === CENTER ? 'CE' : `address ${address}`;
};

const typeOf = ([first = 0]: Uint8Array) => messageById(first & 0x3f);

/**
 * A link whose messages are told as one device knows them: what it sent with all that took, what
 * it received with its bytes alone, for of its airtime only the sender knows.
 */
export const watchedLink = ({ link, clock, name, tell }: WatchedLinkInput): Link => {
  let said = 0;
  const nothing = { frames: 0, airtimeMs: 0, retransmissions: 0, acks: 0 } as const;
  const tellDuty = (): void => {
    const duty = link.dutyCycle();
    if (duty === null) return;
    const { limit, usedMs, leftMs } = duty;
    tell({ type: '@ties.duty', atMs: clock.now(), device: name, limit, usedMs, leftMs });
  };
  return {
    messages: link.messages.pipe(
      tap(({ src, dst, payload }) => {
        said += 1;
        const atMs = clock.now();
        tell({
          ...{ type: '@ties.message', id: said, atMs, endMs: atMs, device: nameOf(src) },
          ...{ to: dst === BROADCAST ? 'all' : name, name: typeOf(payload) },
          ...{ ...nothing, bytes: payload.length },
        });
      }),
    ),
    send: (message) =>
      link.send(message).pipe(
        tap(({ startMs, endMs, frames, bytes, airtimeMs }) => {
          said += 1;
          const acks = message.dst === BROADCAST ? 0 : 1;
          tell({
            ...{ type: '@ties.message', id: said, atMs: startMs, endMs, device: name },
            ...{ to: nameOf(message.dst), name: typeOf(message.payload) },
            ...{ ...nothing, bytes, frames, airtimeMs, acks },
          });
          tellDuty();
        }),
      ),
    listenAs: (addresses) => link.listenAs(addresses),
    dutyCycle: () => link.dutyCycle(),
    close: () => link.close(),
  };
};
