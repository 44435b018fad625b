import type { InspectEvent } from './interface.ts';
import { plain } from './plain.ts';

const TYPES: readonly string[] = [
  ...['@xstate.actor', '@xstate.event', '@xstate.snapshot'],
  ...['@ties.news', '@ties.message', '@ties.duty'],
];

const hasMoment = (event: { readonly atMs?: unknown; readonly device?: unknown }): boolean =>
  typeof event.atMs === 'number' && Number.isFinite(event.atMs) && typeof event.device === 'string';

/**
 * The events of a run as the page saves it, a line of JSON for each. Lines that are none are left
 * out, and what stands in them is bounded as that of a device is: a file may come from anybody.
 */
export const eventsOf = (text: string): InspectEvent[] =>
  text.split('\n').flatMap((line): InspectEvent[] => {
    try {
      const event = JSON.parse(line);
      if (!TYPES.includes(event?.type) || !hasMoment(event)) return [];
      const { definition } = event;
      const shown = plain(event) as object;
      return [{ ...shown, ...(typeof definition === 'string' && { definition }) } as InspectEvent];
    } catch {
      return [];
    }
  });
