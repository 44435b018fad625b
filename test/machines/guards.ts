import { describe, expect, test } from 'vitest';
import type { AnyEventObject, AnyStateMachine } from 'xstate';

/** What the guard is shown, and what it must say. */
export interface Row {
  readonly when: string;
  readonly context?: object;
  readonly event?: AnyEventObject;
  readonly holds: boolean;
}

type Guard = (args: { context: object; event: AnyEventObject }, params: undefined) => boolean;

/** A truth table for every guard that the machine names. */
export const guardsHold = (
  machine: AnyStateMachine,
  tables: Readonly<Record<string, readonly Row[]>>,
): void => {
  const guards = machine.implementations.guards as unknown as Readonly<Record<string, Guard>>;

  describe(`${machine.id}, guards`, () => {
    test('each has a table with both answers', () => {
      expect(Object.keys(tables).sort()).toEqual(Object.keys(guards).sort());
      for (const [name, rows] of Object.entries(tables))
        expect([name, new Set(rows.map(({ holds }) => holds)).size]).toEqual([name, 2]);
    });

    for (const [name, rows] of Object.entries(tables))
      test.each(rows)(`${name}: $when → $holds`, ({ context = {}, event, holds }) => {
        const shown = { context, event: event ?? { type: 'cancel' } };
        expect(guards[name]?.(shown, undefined)).toBe(holds);
      });
  });
};
