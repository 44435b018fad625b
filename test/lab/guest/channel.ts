import type { Readable, Writable } from 'node:stream';
import { PackrStream, UnpackrStream } from 'msgpackr';
import { TiesError } from '../../../protocol/errors.ts';
import { Secret } from '../../../protocol/secret.ts';

/** What the host asks of the agent, and what it answers. */
export interface Request {
  readonly id: number;
  readonly group: string;
  readonly operation: string;
  readonly args: readonly unknown[];
}
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly fault: { readonly code: string | null; readonly message: string };
    };

/** Messages over a stream of bytes, secrets and all: here they are nobody's. */
export const openChannel = <Out, In>(
  from: Readable,
  to: Writable,
  heard: (message: In) => void,
): ((message: Out) => void) => {
  const packer = new PackrStream({ useRecords: false });
  packer.pipe(to);
  from
    .pipe(new UnpackrStream({ useRecords: false }))
    .on('data', (message) => heard(revived(message) as In));
  return (message) => packer.write(plain(message));
};

const mapped = (value: object, map: (value: unknown) => unknown): object =>
  Array.isArray(value)
    ? value.map(map)
    : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, map(each)]));

const plain = (value: unknown): unknown => {
  if (value instanceof Secret) return { $secret: value.reveal() };
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return mapped(value, plain);
};

const revived = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (typeof value !== 'object' || value === null) return value;
  return '$secret' in value ? new Secret(value.$secret as Uint8Array) : mapped(value, revived);
};

export const faultOf = (error: unknown): { code: string | null; message: string } => ({
  code: error instanceof TiesError ? error.code : null,
  message: error instanceof Error ? error.message : String(error),
});
