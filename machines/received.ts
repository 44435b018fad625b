import type { BodyOf, ClearOf, MESSAGES, MessageName } from '../protocol/messages.ts';

/**
 * The event of an authenticated message: its type is the message's fact, so a chart reads as what
 * has happened. `from` is who said it, proven by the key it opened under.
 */
export interface Received<N extends MessageName> {
  readonly type: (typeof MESSAGES)[N]['fact'];
  readonly name: N;
  readonly from: number;
  readonly clear: ClearOf<N>;
  readonly body: BodyOf<N>;
  /** The host's own record of how it was opened; machines do not look inside. */
  readonly opened?: unknown;
}
