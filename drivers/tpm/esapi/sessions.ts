import { ALG } from '../../../protocol/tpm/constants.ts';
import { concat, sized, uint16, uint32 } from '../../../protocol/tpm/marshal.ts';
import { storageKeyBranches } from '../../../protocol/tpm/policy.ts';
import { ESYS_TR, SESSION, SESSION_TYPE } from './constants.ts';
import { type Argument, absent, type EsysContext, struct, u8, u16, u32 } from './context.ts';
import { isSessionLost, TpmRefusal } from './response-code.ts';

/** The three session arguments of an ESAPI command. */
export const sessions = (...handles: readonly number[]): Argument[] =>
  [0, 1, 2].map((index) => u32(handles[index] ?? ESYS_TR.none));

/** Authorization of an object by its (empty) password. */
export const password = sessions(ESYS_TR.password);
export const withoutSession = sessions();

const NO_SYMMETRIC = uint16(ALG.null);
/** AES-128-CFB: the strongest parameter encryption the SLB 9670 has. */
const AES_128_CFB = concat(uint16(ALG.aes), uint16(128), uint16(ALG.cfb));

const start = async (
  esys: EsysContext,
  input: { saltKey: number; type: number; symmetric: Uint8Array },
): Promise<number> => {
  const [session] = await esys.run(
    'StartAuthSession',
    [
      ...[u32(input.saltKey), u32(ESYS_TR.none), ...withoutSession],
      ...[absent, u8(input.type), struct('TPMT_SYM_DEF', input.symmetric), u16(ALG.sha256)],
    ],
    ['ESYS_TR'],
  );
  return session;
};

const setAttributes = (esys: EsysContext, session: number, attributes: number): Promise<unknown> =>
  esys.run('TRSess_SetAttributes', [u32(session), u8(attributes), u8(0xff)], []);

export const flush = async (esys: EsysContext, handle: number): Promise<void> => {
  await esys.run('FlushContext', [u32(handle)], []);
};

/**
 * Run `body` with every object and session it hands to `keep` flushed afterwards, whatever
 * happens. If flushing fails too, the first failure is the one to tell of.
 */
export const flushing = async <T>(
  esys: EsysContext,
  body: (keep: (handle: number) => number) => Promise<T>,
): Promise<T> => {
  const kept: number[] = [];
  const flushAll = async (): Promise<void> => {
    for (const handle of kept.reverse()) await flush(esys, handle);
  };
  let result: T;
  try {
    result = await body((handle) => {
      kept.push(handle);
      return handle;
    });
  } catch (error) {
    await flushAll().catch(() => undefined);
    throw error;
  }
  await flushAll();
  return result;
};

/** A policy session in which nothing is asserted yet; it survives the command it authorizes. */
export const startPolicySession = (esys: EsysContext): Promise<number> =>
  start(esys, { saltKey: ESYS_TR.none, type: SESSION_TYPE.policy, symmetric: NO_SYMMETRIC });

/** The same, but salted to the storage key and encrypting, for a command with a secret. */
export const startSealedPolicySession = async (
  esys: EsysContext,
  storageKey: number,
): Promise<number> => {
  const session = await start(esys, {
    saltKey: storageKey,
    type: SESSION_TYPE.policy,
    symmetric: AES_128_CFB,
  });
  await setAttributes(esys, session, SESSION.continueSession | SEALING.both);
  return session;
};

const assertOr = (
  esys: EsysContext,
  policySession: number,
  branches: readonly Uint8Array[],
): Promise<unknown> => {
  const digests = concat(uint32(branches.length), ...branches.map(sized));
  return esys.run(
    'PolicyOR',
    [u32(policySession), ...withoutSession, struct('TPML_DIGEST', digests)],
    [],
  );
};

/** Assert that the storage key of suite 3 or 4 is used for this one command. */
export const assertStorageKeyPolicy = async (
  esys: EsysContext,
  policySession: number,
  commandCode: number,
): Promise<void> => {
  const session = [u32(policySession), ...withoutSession];
  await esys.run('PolicyCommandCode', [...session, u32(commandCode)], []);
  await assertOr(esys, policySession, storageKeyBranches);
};

/**
 * Assert that the object of this Name is duplicated to `newParentName`, as one of the branches of
 * a PolicyOR. The object is no part of the policy (includeObject NO), but the session is bound to
 * it all the same (TPM 2.0 Part 3, 23.15).
 */
export const assertDuplicationSelect = async (
  esys: EsysContext,
  policySession: number,
  input: { name: Uint8Array; newParentName: Uint8Array; branches: readonly Uint8Array[] },
): Promise<void> => {
  const names = [input.name, input.newParentName].map((name) => struct('TPM2B_NAME', sized(name)));
  await esys.run(
    'PolicyDuplicationSelect',
    [u32(policySession), ...withoutSession, ...names, u8(0)],
    [],
  );
  await assertOr(esys, policySession, input.branches);
};

/** Which parameter of a command is secret: its first one, its response's first one, or both. */
export type Sealing = 'decrypt' | 'encrypt' | 'both';

const SEALING: Readonly<Record<Sealing, number>> = {
  decrypt: SESSION.decrypt,
  encrypt: SESSION.encrypt,
  both: SESSION.decrypt | SESSION.encrypt,
};

/**
 * The one HMAC session that every command with a secret runs in: salted to the storage key, so
 * that its keys are known to nobody who listens on the bus (an unsalted one's are), and
 * encrypting the parameter (TPM 2.0 Part 1, "Session-Based Encryption"). It lasts, because
 * salting costs a private key operation.
 */
export class SealedSession {
  readonly #esys: EsysContext;
  readonly #storageKey: number;
  #session: number | null = null;

  /** `storageKey` is salted to, so its Name must have been checked. */
  constructor(esys: EsysContext, storageKey: number) {
    this.#esys = esys;
    this.#storageKey = storageKey;
  }

  get isStarted(): boolean {
    return this.#session !== null;
  }

  async start(): Promise<void> {
    const session = await start(this.#esys, {
      saltKey: this.#storageKey,
      type: SESSION_TYPE.hmac,
      symmetric: AES_128_CFB,
    });
    this.#session = session;
  }

  /** Run a command in the session; made anew, once, where the TPM has lost it in a reset. */
  async run<T>(sealing: Sealing, command: (session: number) => Promise<T>): Promise<T> {
    try {
      return await this.#run(sealing, command);
    } catch (error) {
      if (!(error instanceof TpmRefusal && isSessionLost(error.responseCode))) throw error;
      await this.close().catch(() => undefined);
      await this.start();
      return this.#run(sealing, command);
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    if (session !== null) await flush(this.#esys, session);
  }

  async #run<T>(sealing: Sealing, command: (session: number) => Promise<T>): Promise<T> {
    if (this.#session === null) await this.start();
    const session = this.#session ?? ESYS_TR.none;
    await setAttributes(this.#esys, session, SESSION.continueSession | SEALING[sealing]);
    return command(session);
  }
}
