import { z } from 'zod';

const LONGEST_WINDOW_S = 86_400;
/** `parseLabel` says what is wrong with one; a label has 63 characters with its hyphens. */
const LONGEST_LABEL = 200;

const filePath = () => z.string().regex(/^\//).max(400);
/** A device by name, address or id. */
const device = () => z.string().min(1).max(64);

const requestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('status') }),
  z.strictObject({ do: z.literal('nodes') }),
  /** The label of a model TPM, which each process provisions anew. */
  z.strictObject({ do: z.literal('label') }),
  z.strictObject({ do: z.literal('admit'), label: z.string().max(LONGEST_LABEL) }),
  z.strictObject({
    do: z.literal('window.open'),
    forS: z.int().min(1).max(LONGEST_WINDOW_S),
  }),
  z.strictObject({ do: z.literal('window.close') }),
  z.strictObject({
    do: z.literal('session.request'),
    peer: device(),
    mode: z.enum(['direct', 'indirect']),
  }),
  z.strictObject({ do: z.literal('trace.flush') }),
  z.strictObject({
    do: z.literal('inspect'),
    listen: z.union([
      z.strictObject({ path: filePath() }),
      z.strictObject({ host: z.string().max(255), port: z.int().min(0).max(0xffff) }),
    ]),
    tls: z.strictObject({ cert: filePath(), key: filePath() }).optional(),
  }),
  /** Of every peer where none is given. */
  z.strictObject({ do: z.literal('key.rotate'), peer: device().nullable() }),
  z.strictObject({ do: z.literal('rename'), device: device(), name: z.string().nullable() }),
  z.strictObject({ do: z.literal('revoke'), device: device() }),
  z.strictObject({ do: z.literal('leave') }),
  z.strictObject({ do: z.literal('backup') }),
  z.strictObject({ do: z.literal('watch') }),
]);

/** What the daemon is asked. */
export type ControlRequest = z.infer<typeof requestSchema>;
export type ControlVerb = ControlRequest['do'];

/** What it answers: what was done or is so, or why not and what to do about it. */
export type ControlReply =
  | { readonly ok: true; readonly answer: object }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The request on a line, or null where it is none. What it says is not repeated: it may be a label. */
export const parseRequest = (line: string): ControlRequest | null => {
  try {
    return requestSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
};
