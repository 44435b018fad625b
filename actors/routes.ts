import type { AnyActorLogic } from 'xstate';
import type { MessageName } from '../protocol/messages.ts';
import type { Opened } from './router.ts';

/** A protocol actor to be: its machine with everything provided, and its input. */
export interface Beginning {
  readonly logic: AnyActorLogic;
  readonly input?: unknown;
}

/** Where an authenticated message goes: to an actor by name, begun by it if need be. */
export interface Route {
  readonly to?: string;
  readonly begin?: () => Beginning;
  /** A run of the same name that is under way ends first, or where it may not, nothing begins. */
  readonly replaces?: boolean;
  /** Another run that is to hear of it, if it is under way. */
  readonly tells?: string;
}

/** By message; a reason where this one has nowhere to go, null where nobody needs it. */
export type Routes = Readonly<
  Partial<Record<MessageName, (opened: Opened) => Route | string | null>>
>;
