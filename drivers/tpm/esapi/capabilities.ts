import { Unmarshaller } from '../../../protocol/tpm/marshal.ts';
import { type EsysContext, u32 } from './context.ts';
import { withoutSession } from './sessions.ts';

/** TPM_CAP_HANDLES and _COMMANDS (TPM 2.0 Part 2, 6.12). */
const HANDLES = 1;
const COMMANDS = 2;
/** commandIndex of a TPMA_CC (Part 2, 8.9). */
const COMMAND_INDEX = 0xffff;
/** More than any TPM holds of a kind. */
const MOST = 254;

/** First handle of each kind (Part 2, 7.2). */
export const FIRST_HANDLE = {
  nvIndex: 0x01000000,
  loadedSession: 0x02000000,
  transient: 0x80000000,
  persistent: 0x81000000,
} as const;

interface Query {
  readonly capability: number;
  readonly first: number;
  readonly most: number;
}

/** A list of capabilities by TPM2_GetCapability, to be read from its first entry on. */
export const capabilityOf = async (
  esys: EsysContext,
  { capability, first, most }: Query,
): Promise<Unmarshaller & { readonly count: number }> => {
  const [, data] = await esys.run(
    'GetCapability',
    [...withoutSession, u32(capability), u32(first), u32(most)],
    [null, 'TPMS_CAPABILITY_DATA'],
  );
  const from = new Unmarshaller(data);
  from.uint32();
  return Object.assign(from, { count: from.uint32() });
};

const listed = async (esys: EsysContext, query: Query): Promise<number[]> => {
  const from = await capabilityOf(esys, query);
  return Array.from({ length: from.count }, () => from.uint32());
};

/** Whether the TPM has a command, by TPM2_GetCapability. */
export const hasCommand = async (esys: EsysContext, commandCode: number): Promise<boolean> => {
  const query = { capability: COMMANDS, first: commandCode, most: 1 };
  return (await listed(esys, query)).some((entry) => (entry & COMMAND_INDEX) === commandCode);
};

/** The handles of one kind that the TPM holds, by TPM2_GetCapability. */
export const listHandles = (
  esys: EsysContext,
  kind: keyof typeof FIRST_HANDLE,
): Promise<number[]> =>
  listed(esys, { capability: HANDLES, first: FIRST_HANDLE[kind], most: MOST });
