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
  | { readonly type: 'radio.listenAs'; readonly addresses: readonly number[] };

/** A whole message arrived; nothing in it is proven. */
export interface Heard {
  readonly type: 'radio.heard';
  readonly message: IncomingMessage;
}

/** The LoRa link as an actor: one event for every message that arrives, one for each to send. */
export const radioLogic = (link: Link) =>
  fromCallback<RadioCommand>(({ sendBack, receive }) => {
    const sending = new Set<Subscription>();
    const heard = link.messages.subscribe((message) =>
      sendBack({ type: 'radio.heard', message } satisfies Heard),
    );
    receive((command) => {
      if (command.type === 'radio.listenAs') link.listenAs(command.addresses);
      else if (!command.signal.aborted) {
        const subscription = send(link, command);
        sending.add(subscription);
        subscription.add(() => sending.delete(subscription));
      }
    });
    return () => {
      heard.unsubscribe();
      for (const subscription of sending) subscription.unsubscribe();
    };
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
