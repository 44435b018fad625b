import { TiesError } from '../../../protocol/errors.ts';
import { MAX_MEMBERSHIP_BYTES } from '../../../protocol/identity.ts';
import { ALG } from '../../../protocol/tpm/constants.ts';
import { concat, sized, uint16, uint32 } from '../../../protocol/tpm/marshal.ts';
import { ESYS_TR, NV_UNINITIALIZED } from './constants.ts';
import { type EsysContext, struct, u16, u32 } from './context.ts';
import { contents } from './objects.ts';
import { TpmRefusal } from './response-code.ts';
import { password, sessions } from './sessions.ts';

export interface NvIndex {
  readonly tpmHandle: number;
  readonly bytes: number;
  readonly counter: boolean;
}

/** What TIES keeps in NV: in the owner's range of indices (TCG Registry of Reserved Handles). */
export const NV_INDEX = {
  bootCounter: { tpmHandle: 0x01815400, bytes: 8, counter: true },
  identity: { tpmHandle: 0x01815401, bytes: 2 + MAX_MEMBERSHIP_BYTES, counter: false },
  rosterFloor: { tpmHandle: 0x01815402, bytes: 4, counter: false },
  accessKey: { tpmHandle: 0x01815403, bytes: 16, counter: false },
} as const satisfies Record<string, NvIndex>;

export type NvName = keyof typeof NV_INDEX;

/**
 * TPMA_NV (TPM 2.0 Part 2, 13.4). Not orderly, so that a value survives a power cut; noDA, so that
 * one does not raise the lockout counter.
 */
const ATTRIBUTE = {
  ownerWrite: 1 << 1,
  authWrite: 1 << 2,
  counter: 1 << 4,
  ownerRead: 1 << 17,
  authRead: 1 << 18,
  noDa: 1 << 25,
} as const;

/** TPM2_NV_DefineSpace with an empty authorization value. */
export const define = async (esys: EsysContext, index: NvIndex): Promise<number> => {
  const access =
    ATTRIBUTE.authRead | ATTRIBUTE.authWrite | ATTRIBUTE.ownerRead | ATTRIBUTE.ownerWrite;
  const attributes = access | ATTRIBUTE.noDa | (index.counter ? ATTRIBUTE.counter : 0);
  const nvPublic = concat(
    uint32(index.tpmHandle),
    uint16(ALG.sha256),
    uint32(attributes),
    sized(new Uint8Array(0)),
    uint16(index.bytes),
  );
  const [handle] = await esys.run(
    'NV_DefineSpace',
    [
      ...[u32(ESYS_TR.owner), ...password],
      ...[
        struct('TPM2B_AUTH', sized(new Uint8Array(0))),
        struct('TPM2B_NV_PUBLIC', sized(nvPublic)),
      ],
    ],
    ['ESYS_TR'],
  );
  return handle;
};

export const undefine = async (esys: EsysContext, handle: number): Promise<void> => {
  await esys.run('NV_UndefineSpace', [u32(ESYS_TR.owner), u32(handle), ...password], []);
};

export const increment = async (esys: EsysContext, handle: number): Promise<void> => {
  await esys.run('NV_Increment', [u32(handle), u32(handle), ...password], []);
};

interface Access {
  readonly handle: number;
  /** The session that authorizes and, if it is the sealed one, encrypts. */
  readonly session?: number;
}

export const write = async (
  esys: EsysContext,
  { handle, session = ESYS_TR.password }: Access,
  data: Uint8Array,
): Promise<void> => {
  await esys.run(
    'NV_Write',
    [
      ...[u32(handle), u32(handle), ...sessions(session)],
      ...[struct('TPM2B_MAX_NV_BUFFER', sized(data)), u16(0)],
    ],
    [],
  );
};

/** All of an index, or null where it was never written. `TPM_UNAVAILABLE` where it is not as long. */
export const read = async (
  esys: EsysContext,
  { handle, session = ESYS_TR.password }: Access,
  bytes: number,
): Promise<Uint8Array | null> => {
  try {
    const [data] = await esys.run(
      'NV_Read',
      [u32(handle), u32(handle), ...sessions(session), u16(bytes), u16(0)],
      ['TPM2B_MAX_NV_BUFFER'],
    );
    const read = contents(data);
    if (read.length === bytes) return read;
    throw new TiesError(
      'TPM_UNAVAILABLE',
      `The TPM gave ${read.length} bytes where ${bytes} were asked for; check its bus.`,
    );
  } catch (error) {
    if (error instanceof TpmRefusal && error.responseCode === NV_UNINITIALIZED) return null;
    throw error;
  }
};
