import { Unmarshaller } from '../../../protocol/tpm/marshal.ts';
import { type EsysContext, u32 } from './context.ts';
import { withoutSession } from './sessions.ts';

/** TPM_CAP_HANDLES (TPM 2.0 Part 2, 6.12). */
const HANDLES = 1;
/** More than any TPM holds of a kind. */
const MOST = 254;

/** First handle of each kind (Part 2, 7.2). */
export const FIRST_HANDLE = {
  nvIndex: 0x01000000,
  loadedSession: 0x02000000,
  transient: 0x80000000,
  persistent: 0x81000000,
} as const;

/** The handles of one kind that the TPM holds, by TPM2_GetCapability. */
export const listHandles = async (
  esys: EsysContext,
  kind: keyof typeof FIRST_HANDLE,
): Promise<number[]> => {
  const first = FIRST_HANDLE[kind];
  const [, data] = await esys.run(
    'GetCapability',
    [...withoutSession, u32(HANDLES), u32(first), u32(MOST)],
    [null, 'TPMS_CAPABILITY_DATA'],
  );
  const from = new Unmarshaller(data);
  from.uint32();
  const count = from.uint32();
  return Array.from({ length: count }, () => from.uint32());
};
