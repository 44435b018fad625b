import { concat, uint32 } from '../../../protocol/tpm/marshal.ts';

/** Commands as bytes, of TPM 2.0 Part 3. */
const SESSIONS = [0x80, 0x02];
const NO_SESSIONS = [0x80, 0x01];
const NULL_HIERARCHY = uint32(0x40000007);
const LOCKOUT = uint32(0x4000000a);
/** An empty password. */
const AUTHORIZATION = concat(uint32(9), uint32(0x40000009), new Uint8Array(5));
const EMPTY = [0, 0];

const command = (tag: readonly number[], code: number, ...parts: readonly Iterable<number>[]) => {
  const body = Uint8Array.from(parts.flatMap((part) => [...part]));
  return concat(Uint8Array.from(tag), uint32(10 + body.length), uint32(code), body);
};

/** TPM2_Clear: all that owners ever made goes. */
export const CLEAR = command(SESSIONS, 0x126, LOCKOUT, AUTHORIZATION);

/** HMAC-SHA256, made by the TPM, to sign with. */
const KEYED_HASH = [0, 8, 0, 0x0b, 0, 4, 0, 0x72, ...EMPTY, 0, 5, 0, 0x0b, ...EMPTY];

/** TPM2_CreatePrimary of a key that nothing but its handle keeps. */
export const CREATE_KEY = command(
  ...([SESSIONS, 0x131, NULL_HIERARCHY, AUTHORIZATION] as const),
  ...[[0, 4, ...EMPTY, ...EMPTY], [0, KEYED_HASH.length], KEYED_HASH, EMPTY, uint32(0)],
);

/** TPM2_StartAuthSession, bound to nothing: HMAC-SHA256, no encryption. */
export const START_SESSION = command(
  ...([NO_SESSIONS, 0x176, NULL_HIERARCHY, NULL_HIERARCHY] as const),
  ...[[0, 16], new Uint8Array(16), EMPTY, [0], [0, 0x10], [0, 0x0b]],
);
