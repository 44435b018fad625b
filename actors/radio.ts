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
      /** Ends with the delivery; whoever ends it before withdraws the message. */
      readonly sending: Subscription;
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

/** The LoRa link as an actor: one event to the router for every message that arrives, one for each to send. */
export const radioLogic = (link: Link) =>
  fromCallback<RadioCommand>(({ receive, self, system }) => {
    const all = new Set<Subscription>();
    const heard = link.messages.subscribe({
      next: (message) =>
        system.get('router')?.send({ type: 'radio.heard', message } satisfies Heard),
      error: (error) => self.send({ type: 'radio.broke', error }),
    });
    const end = (): void => {
      heard.unsubscribe();
      for (const sending of all) sending.unsubscribe();
    };
    const obey = (command: RadioCommand): void => {
      if (command.type === 'radio.broke') throw command.error;
      if (command.type === 'radio.listenAs') link.listenAs(command.addresses);
      else if (!command.sending.closed) {
        const { message, sending, resolve, reject } = command;
        all.add(sending);
        sending.add(() => all.delete(sending));
        const subscription = link.send(message).subscribe({ next: resolve, error: reject });
        sending.add(subscription);
        subscription.add(sending);
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
