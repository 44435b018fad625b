import { type Message, messageOf, numbered } from './messages.ts';
import type { Draft } from './world.ts';

/** A run says the same bytes again where it has said this before. */
export const once = (
  draft: Draft,
  self: number,
  id: string,
  label: string,
  make: () => Message,
): Message => {
  const sent = draft.run(self, id)?.data[label] as number | undefined;
  const message = sent === undefined ? make() : messageOf(sent);
  draft.keep(self, id, { [label]: numbered(message) });
  return message;
};
