import type { Subscription } from 'rxjs';
import { fromCallback } from 'xstate';
import type {
  Delivery,
  IncomingMessage,
  Link,
  OutgoingMessage,
} from '../transports/lora/interface.ts';

export type RadioCommand =
  | {
      readonly type: 'radio.send';
      readonly message: OutgoingMessage;
      readonly signal: AbortSignal;
      readonly resolve: (delivery: Delivery) => void;
      readonly reject: (error: unknown) => void;
    }
  | { readonly type: 'radio.listenAs'; readonly addresses: readonly number[] }
  /** The link will bring no message any more. */
  | { readonly type: 'radio.broke'; readonly error: unknown };

/** A whole message arrived; nothing in it is proven. */
export interface Heard {
  readonly type: 'radio.heard';
  readonly message: IncomingMessage;
}

/** The LoRa link as an actor: one event for every message that arrives, one for each to send. */
export const radioLogic = (link: Link) =>
  fromCallback<RadioCommand>(({ sendBack, receive, self }) => {
    const sending = new Set<Subscription>();
    const heard = link.messages.subscribe({
      next: (message) => sendBack({ type: 'radio.heard', message } satisfies Heard),
      error: (error) => self.send({ type: 'radio.broke', error }),
    });
    const end = (): void => {
      heard.unsubscribe();
      for (const subscription of sending) subscription.unsubscribe();
    };
    const obey = (command: RadioCommand): void => {
      if (command.type === 'radio.broke') throw command.error;
      if (command.type === 'radio.listenAs') link.listenAs(command.addresses);
      else if (!command.signal.aborted) {
        const subscription = send(link, command);
        sending.add(subscription);
        subscription.add(() => sending.delete(subscription));
      }
    };
    receive((command) => {
      try {
        obey(command);
      } catch (error) {
        // xstate disposes of a callback that is stopped, not of one that throws.
        end();
        throw error;
      }
    });
    return end;
  });

function send(link: Link, command: RadioCommand & { type: 'radio.send' }): Subscription {
  const subscription = link
    .send(command.message)
    .subscribe({ next: command.resolve, error: command.reject });
  const abort = (): void => subscription.unsubscribe();
  command.signal.addEventListener('abort', abort, { once: true });
  subscription.add(() => command.signal.removeEventListener('abort', abort));
  return subscription;
}
