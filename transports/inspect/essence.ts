import type { EventSeen, PlainSnapshot } from './interface.ts';
import { plain } from './plain.ts';
import { type AnySnapshot, slimSnapshot } from './seen.ts';

type Fields = Readonly<Record<string, unknown>>;

const fieldsIn = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const pick = (value: unknown, ...names: readonly string[]): Fields => {
  const fields = fieldsIn(value);
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
};

/**
 * Of few events more than the type is kept even while nobody watches: what a message said, who was
 * heard how well and what the TPM was asked could not be told of the past otherwise.
 */
const KEPT = new Map<string, (event: Fields) => Fields>(
  Object.entries({
    'message.opened': ({ name, request, event }) => ({
      ...{ name, request: pick(request, 'counter') },
      event: plain(pick(event, 'clear', 'body')),
    }),
    'message.refused': (event) => pick(event, 'name', 'reason'),
    'radio.heard': ({ message }) => ({ message: pick(message, 'src', 'rssiDbm', 'snrDb') }),
    'tpm.requested': ({ job }) => ({ job: pick(job, 'id') }),
  }),
);

/** What is kept of an event that nobody watches. */
export const essenceOf = (event: { readonly type: string }): EventSeen['event'] => {
  const { type } = event;
  const kept = KEPT.get(type);
  return kept === undefined ? { type } : { type, ...kept(event as unknown as Fields) };
};

/** The actor whose context says which operation its TPM is at. */
const TPM = 'tpm';

/** What is kept of an actor's snapshot that nobody watches. */
export const snapshotEssence = (actor: string, snapshot: AnySnapshot): PlainSnapshot => {
  if (actor !== TPM) return slimSnapshot(snapshot);
  const { running } = fieldsIn(snapshot.context);
  const context = { running: running ? pick(running, 'id', 'name') : null };
  return { ...slimSnapshot(snapshot), context };
};
