import { ALG } from '../../../protocol/tpm/constants.ts';
import { concat, sized, Unmarshaller, uint16, uint32 } from '../../../protocol/tpm/marshal.ts';
import { ESYS_TR } from './constants.ts';
import { type Argument, absent, type EsysContext, struct, u16, u32 } from './context.ts';
import { password, withoutSession } from './sessions.ts';

const NOTHING = new Uint8Array(0);

/** The contents of a TPM2B. */
export const contents = (tpm2b: Uint8Array): Uint8Array => new Unmarshaller(tpm2b).sized();

export const publicOf = (tpmtPublic: Uint8Array): Argument =>
  struct('TPM2B_PUBLIC', sized(tpmtPublic));

/** inSensitive, inPublic, outsideInfo and creationPCR of TPM2_Create and TPM2_CreatePrimary. */
export const creation = (template: Uint8Array, data: Uint8Array = NOTHING): Argument[] => [
  struct('TPM2B_SENSITIVE_CREATE', sized(concat(sized(NOTHING), sized(data)))),
  publicOf(template),
  struct('TPM2B_DATA', sized(NOTHING)),
  struct('TPML_PCR_SELECTION', uint32(0)),
];

/** TPM2_CreatePrimary under the owner's hierarchy. */
export const createPrimary = async (
  esys: EsysContext,
  template: Uint8Array,
): Promise<{ handle: number; public: Uint8Array }> => {
  const [handle, outPublic] = await esys.run(
    'CreatePrimary',
    [u32(ESYS_TR.owner), ...password, ...creation(template)],
    ['ESYS_TR', 'TPM2B_PUBLIC', null, null, null],
  );
  return { handle, public: contents(outPublic) };
};

/** TPM2_LoadExternal of a public key alone. */
export const loadExternal = async (esys: EsysContext, tpmtPublic: Uint8Array): Promise<number> => {
  const [handle] = await esys.run(
    'LoadExternal',
    [...withoutSession, absent, publicOf(tpmtPublic), u32(ESYS_TR.null)],
    ['ESYS_TR'],
  );
  return handle;
};

/** TPM2_EvictControl: make a loaded object persistent. The loaded one is still to be flushed. */
export const persist = async (
  esys: EsysContext,
  handle: number,
  persistentHandle: number,
): Promise<number> => {
  const [persistent] = await esys.run(
    'EvictControl',
    [u32(ESYS_TR.owner), u32(handle), ...password, u32(persistentHandle)],
    ['ESYS_TR'],
  );
  return persistent;
};

/** TPM2_EvictControl of a persistent object: it is gone. */
export const evict = async (
  esys: EsysContext,
  handle: number,
  persistentHandle: number,
): Promise<void> => {
  const args = [u32(ESYS_TR.owner), u32(handle), ...password, u32(persistentHandle)];
  await esys.run('EvictControl', args, ['ESYS_TR']);
};

/** The Name by which the TPM knows a handle, as ESAPI keeps it. */
export const nameOf = async (esys: EsysContext, handle: number): Promise<Uint8Array> => {
  const [name] = await esys.run('TR_GetName', [u32(handle)], ['TPM2B_NAME']);
  return contents(name);
};

/** A handle for what is in the TPM already: a persistent object, an NV index. */
export const handleOf = async (esys: EsysContext, tpmHandle: number): Promise<number> => {
  const [handle] = await esys.run(
    'TR_FromTPMPublic',
    [u32(tpmHandle), ...withoutSession],
    ['ESYS_TR'],
  );
  return handle;
};

/** TPMT_PUBLIC of a loaded object. */
export const readPublic = async (esys: EsysContext, handle: number): Promise<Uint8Array> => {
  const [outPublic] = await esys.run(
    'ReadPublic',
    [u32(handle), ...withoutSession],
    ['TPM2B_PUBLIC', null, null],
  );
  return contents(outPublic);
};

/** Symmetric algorithm of an inner wrapper: none, as the outer one suffices. */
export const NO_INNER_WRAPPER: Argument = struct('TPMT_SYM_DEF_OBJECT', uint16(ALG.null));

/** TPM2_HMAC with SHA-256 of at most 1,024 B. */
export const hmac = async (
  esys: EsysContext,
  input: { key: number; session: number; block: Uint8Array },
): Promise<Uint8Array> => {
  const [digest] = await esys.run(
    'HMAC',
    [
      ...[u32(input.key), u32(input.session), u32(ESYS_TR.none), u32(ESYS_TR.none)],
      ...[struct('TPM2B_MAX_BUFFER', sized(input.block)), u16(ALG.sha256)],
    ],
    ['TPM2B_DIGEST'],
  );
  return contents(digest);
};
