import { fromCallback } from 'xstate';
import { failureOf, type Outcome, SUCCESS } from '../../machines/outcome.ts';
import { type Ended, MAX_RUNS } from '../dispatch.ts';
import type { Beginning } from '../routes.ts';
import type { Lines } from './lines.ts';

export const READINGS = 'readings';

/** A reading by command; those of the sensor go by its couriers. */
export interface SendReading {
  readonly type: 'reading.send';
  readonly peer: number;
  readonly payload: Uint8Array;
}

/** What came of one; `actor` names it among those under way. */
export interface ReadingEnded extends Ended {
  readonly type: 'reading.ended';
}

/** Sends each as soon as its peer can be spoken to, whatever the others wait for. */
export const hostedReadings = (lines: Lines): Beginning => {
  const send = async (
    { peer, payload }: SendReading,
    signal: AbortSignal,
    underWay: number,
  ): Promise<Outcome> => {
    if (underWay >= MAX_RUNS) return { reason: 'too-many-runs' };
    try {
      const line = await lines.to(peer, signal);
      // A command given twice is two readings.
      await line.send(payload.slice(), signal);
      return SUCCESS;
    } catch (error) {
      return failureOf({ error });
    }
  };
  const logic = fromCallback<SendReading>(({ receive, sendBack }) => {
    const names = new Set<string>();
    const stop = new AbortController();
    receive(async (command) => {
      const actor = freeName(`reading.${command.peer}`, names);
      const sending = send(command, stop.signal, names.size);
      names.add(actor);
      const { reason, advice = null } = await sending;
      names.delete(actor);
      sendBack({ type: 'reading.ended', actor, reason, advice } satisfies ReadingEnded);
    });
    return () => stop.abort();
  });
  return { logic };
};

/** The lowest number that is free. */
const freeName = (kind: string, taken: ReadonlySet<string>): string => {
  let number = 1;
  while (taken.has(`${kind}.${number}`)) number += 1;
  return `${kind}.${number}`;
};
