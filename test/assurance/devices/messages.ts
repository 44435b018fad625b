import type { OutgoingMessage } from '../../../transports/lora/interface.ts';

/** A message as a text of its own. */
export const textOf = ({ net, src, dst, payload }: OutgoingMessage): string =>
  `${net}/${src}/${dst}/${Buffer.from(payload).toString('base64url')}`;

/** Messages by number, so that a state of the search is small. */
const numbers = new Map<string, number>();
const messages: OutgoingMessage[] = [];

export const numbered = (message: OutgoingMessage): number => {
  const text = textOf(message);
  const number = numbers.get(text) ?? messages.push(message) - 1;
  numbers.set(text, number);
  return number;
};
export const messageOf = (number: number): OutgoingMessage => messages[number] as OutgoingMessage;
