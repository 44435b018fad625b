import { TiesError } from '../../../protocol/errors.ts';
import type { CFunction, CType, CValue } from '../../ffi/interface.ts';
import { ESYS_TR } from './constants.ts';
import type { Libraries } from './libraries.ts';
import { Marshalling } from './marshalling.ts';
import { errorOf, inFailureMode, isFailure, isNotStarted, isTransient } from './response-code.ts';

/** An argument of an ESAPI function: an integer, an ESYS_TR, or a structure by its wire form. */
export type Argument =
  | { readonly type: 'u8' | 'u16' | 'u32'; readonly value: number }
  | { readonly type: `TPM${string}`; readonly wire: Uint8Array }
  | { readonly type: 'absent' };

/** What an ESAPI function hands out; `null` where it is not wanted. */
export type Result = 'ESYS_TR' | `TPM${string}` | null;

type Results<Wanted extends readonly Result[]> = {
  -readonly [Index in keyof Wanted]: Wanted[Index] extends 'ESYS_TR'
    ? number
    : Wanted[Index] extends null
      ? null
      : Uint8Array;
};

export const u8 = (value: number): Argument => ({ type: 'u8', value });
export const u16 = (value: number): Argument => ({ type: 'u16', value });
export const u32 = (value: number): Argument => ({ type: 'u32', value });
export const struct = (type: `TPM${string}`, wire: Uint8Array): Argument => ({ type, wire });
export const absent: Argument = { type: 'absent' };

/** TPM_SU_CLEAR (Part 2, 6.10). */
const STARTUP_CLEAR = 0;
const BACK_OFF_MS = [20, 40, 80, 160, 320, 640, 1280];

const cType = (argument: Argument): CType =>
  argument.type === 'u8' || argument.type === 'u16' || argument.type === 'u32'
    ? argument.type
    : 'buf';

const pause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));

const initialize = async (initialized: Promise<number>, what: string): Promise<void> => {
  const rc = await initialized;
  if (rc !== 0) throw errorOf(what, rc);
};

/** An ESYS_CONTEXT over one TCTI; one call at a time. */
export class EsysContext {
  readonly #libraries: Libraries;
  readonly #marshalling: Marshalling;
  readonly #free: CFunction;
  readonly #declared = new Map<string, CFunction>();
  readonly #tcti = Buffer.alloc(8);
  readonly #esys = Buffer.alloc(8);

  private constructor(libraries: Libraries) {
    this.#libraries = libraries;
    this.#marshalling = new Marshalling(libraries.mu);
    this.#free = libraries.esys.declare('Esys_Free', ['addr']);
  }

  static async open(libraries: Libraries, tcti: string): Promise<EsysContext> {
    const context = new EsysContext(libraries);
    const load = libraries.tctiLoader.declare('Tss2_TctiLdr_Initialize', ['cstr', 'buf']);
    await initialize(load.callAsync(tcti, context.#tcti), `Opening the TCTI "${tcti}"`);
    try {
      const open = libraries.esys.declare('Esys_Initialize', ['buf', 'addr', 'buf']);
      const address = context.#tcti.readBigUInt64LE();
      await initialize(open.callAsync(context.#esys, address, null), 'Esys_Initialize');
    } catch (error) {
      await context.close();
      throw error;
    }
    return context;
  }

  /**
   * `Esys_<name>`, whose parameters are always handles, sessions, inputs, outputs in that order
   * (TSS 2.0 Enhanced System API). A transient response code is retried with back-off.
   */
  async run<const Wanted extends readonly Result[]>(
    name: string,
    args: readonly Argument[],
    wanted: Wanted,
  ): Promise<Results<Wanted>> {
    this.requireOpen();
    const inputs = args.map((argument) => this.#input(argument));
    const outputs = wanted.map((result) => (result === null ? null : Buffer.alloc(8)));
    try {
      const call = this.#function(name, args, wanted.length);
      const context = this.#esys.readBigUInt64LE();
      const rc = await this.#started(() => call.callAsync(context, ...inputs, ...outputs));
      if (isFailure(rc) && !(await this.#works())) throw inFailureMode(name);
      if (rc !== 0) throw errorOf(name, rc);
      return wanted.map((result, index) => this.#output(result, outputs[index])) as Results<Wanted>;
    } finally {
      for (const input of inputs) if (input instanceof Uint8Array) input.fill(0);
    }
  }

  requireOpen(): void {
    if (this.#esys.readBigUInt64LE() !== 0n) return;
    throw new TiesError('TPM_UNAVAILABLE', 'This TPM was closed; open it again.');
  }

  async close(): Promise<void> {
    const { esys, tctiLoader } = this.#libraries;
    if (this.#esys.readBigUInt64LE() !== 0n) {
      await esys.declare('Esys_Finalize', ['buf']).callAsync(this.#esys);
    }
    if (this.#tcti.readBigUInt64LE() !== 0n) {
      await tctiLoader.declare('Tss2_TctiLdr_Finalize', ['buf']).callAsync(this.#tcti);
    }
  }

  /**
   * TPM_RC_FAILURE is the answer to every command in failure mode; but libtpms gives it for one
   * RSA ciphertext that does not decrypt too, and a peer must not seem to break the TPM.
   */
  async #works(): Promise<boolean> {
    const getRandom = this.#libraries.esys.declare('Esys_GetRandom', [
      ...(['addr', 'u32', 'u32', 'u32', 'u16', 'buf'] as const),
    ]);
    const random = Buffer.alloc(8);
    const none = [ESYS_TR.none, ESYS_TR.none, ESYS_TR.none];
    const rc = await getRandom.callAsync(this.#esys.readBigUInt64LE(), ...none, 1, random);
    if (rc === 0) this.#free.call(random.readBigUInt64LE());
    return rc === 0;
  }

  /** A TPM that lost its power answers nothing else before it is started (Part 3, 9.3). */
  async #started(call: () => Promise<number>): Promise<number> {
    const rc = await this.#retried(call);
    if (!isNotStarted(rc)) return rc;
    const startup = this.#libraries.esys.declare('Esys_Startup', ['addr', 'u16']);
    const failed = await startup.callAsync(this.#esys.readBigUInt64LE(), STARTUP_CLEAR);
    return failed === 0 ? this.#retried(call) : rc;
  }

  async #retried(call: () => Promise<number>): Promise<number> {
    for (const delayMs of BACK_OFF_MS) {
      const rc = await call();
      if (!isTransient(rc & 0xffff)) return rc;
      await pause(delayMs);
    }
    return call();
  }

  #input(argument: Argument): CValue {
    if ('value' in argument) return argument.value;
    if ('wire' in argument) return this.#marshalling.struct(argument.type, argument.wire);
    return null;
  }

  #output(result: Result, pointer: Buffer | null | undefined): number | Uint8Array | null {
    if (result === null || !pointer) return null;
    if (result === 'ESYS_TR') return pointer.readUInt32LE();
    const address = pointer.readBigUInt64LE();
    try {
      return this.#marshalling.wire(result, address);
    } finally {
      this.#free.call(address);
    }
  }

  #function(name: string, args: readonly Argument[], outputs: number): CFunction {
    let known = this.#declared.get(name);
    if (!known) {
      const types: CType[] = ['addr', ...args.map(cType), ...Array<CType>(outputs).fill('buf')];
      known = this.#libraries.esys.declare(`Esys_${name}`, types);
      this.#declared.set(name, known);
    }
    return known;
  }
}
