/** The list of authorized devices as format 1 had it: whole, at both roles. */
interface Whole {
  readonly version: number;
  readonly hash: Uint8Array;
  readonly entries: readonly { readonly address: number }[];
}
type Deltas = readonly { readonly version: number; readonly payload: Uint8Array }[];

/**
 * From format 1 to 2: a center keeps each entry and each change under a key of its own, so that a
 * join costs it the same however many there are; a node says which version is a floor.
 */
export const listByEntry = (values: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> => {
  const roster = values.get('roster') as Whole | undefined;
  if (roster === undefined) return values;
  const { version, hash, entries } = roster;
  const changed = new Map(values);
  if (!values.has('network')) return changed.set('roster', { ...roster, floor: version });
  changed.delete('deltas');
  changed.set('roster', { version, hash, size: entries.length });
  for (const entry of entries) changed.set(`listed/${entry.address}`, entry);
  for (const delta of (values.get('deltas') ?? []) as Deltas)
    changed.set(`delta/${delta.version}`, delta.payload);
  return changed;
};
