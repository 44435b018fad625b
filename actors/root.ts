import {
  assign,
  type DoneActorEvent,
  type ErrorActorEvent,
  type EventObject,
  enqueueActions,
  fromPromise,
} from 'xstate';
import type { Outcome } from '../machines/outcome.ts';
import { toHex } from '../protocol/bytes.ts';
import { shortDevId } from '../protocol/identity.ts';
import { atMostEvery } from './at-most-every.ts';
import type { DeviceDeps } from './device.ts';
import { begin, type DeadLetter, type Ended, endOf, hands, type RunEnded } from './dispatch.ts';
import type { FindOutlet } from './outlets.ts';
import { radioLogic } from './radio.ts';
import type { StoreFailed } from './reporting-store.ts';
import { type MessageRefused, type Opened, type Routing, routerLogic } from './router.ts';
import type { Beginning } from './routes.ts';
import {
  type ChildDue,
  type ChildLost,
  type ChildRestarted,
  lossOf,
  Supervision,
} from './supervision.ts';
import { TELL_FAILED_MS, type TpmFailed, tpmMachine } from './tpm.ts';

/** What a root hears of its children. */
export type ChildEvent =
  | Opened
  | MessageRefused
  | ChildDue
  | ChildLost
  | TpmFailed
  | StoreFailed
  | DoneActorEvent<Outcome>
  | ErrorActorEvent;

/** What it tells of them. */
export type ChildNews =
  | MessageRefused
  | DeadLetter
  | RunEnded
  | ChildRestarted
  | TpmFailed
  | StoreFailed;

/** Why a root has failed, and what the operator can do. */
export type Failure = Pick<Ended, 'reason' | 'advice'>;

/** What a root keeps of itself. */
export interface RootContext extends Failure {
  /** Its id as lists name it, 16 hex digits, once its TPM has answered. */
  readonly device: string | null;
}

/** The protocol runs of a role, as far as every root needs them. */
export interface RootRuns {
  /** Tells the 12 bytes that name the device. `tell`: to the root itself. */
  boot(find: FindOutlet, tell: (event: EventObject) => void): Promise<Uint8Array>;
  readonly routing: Routing;
  roster(): Beginning;
  /** Only where a device has one. */
  sensor?(): Beginning;
}

/**
 * What the roots of both roles are made of: the children that live as long as they do, under one
 * supervision, and what is done with the events of these. `Event` and `News` are the role's own.
 */
export const rootOf = <Event extends EventObject, News extends EventObject>(
  deps: DeviceDeps,
  runs: RootRuns,
) => {
  const tpm = tpmMachine(deps.tpm);
  const radio = radioLogic(deps.link);
  const mayTell = atMostEvery(deps.clock, TELL_FAILED_MS);
  const supervision = new Supervision(deps.clock, {
    tpm: () => ({ logic: tpm }),
    radio: () => ({ logic: radio }),
    router: () => ({ logic: routerLogic, input: runs.routing }),
    roster: () => runs.roster(),
    ...(runs.sensor && { sensor: () => (runs.sensor as () => Beginning)() }),
  });
  /** xstate types an action by the machine it is of; these are of either. */
  const keep = assign<RootContext, Event, undefined, Event, never>;
  const doing = enqueueActions<
    RootContext,
    Event,
    undefined,
    Event,
    never,
    never,
    never,
    never,
    News
  >;
  return {
    supervision,
    actors: {
      tpm,
      radio,
      router: routerLogic,
      boot: fromPromise(({ system, self }) =>
        runs.boot(
          (name) => system.get(name),
          (event) => self._parent?.send(event),
        ),
      ),
    },
    actions: {
      keepDevice: keep(({ event }) => {
        const { output } = event as EventObject as DoneActorEvent<Uint8Array>;
        return { device: toHex(shortDevId(output)) };
      }),
      keepEnd: keep(({ event }) => endOf(event)),
      keepLoss: keep(({ event }) => lossOf(event as EventObject as ChildLost)),
      stopChildren: doing((args) => supervision.stopAll(hands(args))),
      restart: doing((args) =>
        supervision.restart(hands(args), args.event as EventObject as ChildDue),
      ),
      tellTpmFailed: doing((args) => {
        const failed = args.event as EventObject as TpmFailed;
        if (mayTell(`${failed.operation} ${failed.reason}`)) hands(args).enqueue.emit(failed);
      }),
      tellStoreFailed: doing((args) => {
        const failed = args.event as EventObject as StoreFailed;
        if (mayTell(`store ${failed.reason}`)) hands(args).enqueue.emit(failed);
      }),
      tellRefused: doing((args) => hands(args).enqueue.emit(args.event)),
      beginRoster: doing((args) => begin(hands(args), 'roster', () => runs.roster())),
    },
  };
};
