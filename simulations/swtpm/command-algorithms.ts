import { ALG } from '../../protocol/tpm/constants.ts';
import { Unmarshaller } from '../../protocol/tpm/marshal.ts';
import { bodyOf, codeOf, SESSIONS, tagOf } from './message.ts';

/** An algorithm that a command asks for, and the parameter (from 1) in which it does. */
export interface AskedAlgorithm {
  readonly kind: 'type' | 'hash' | 'symmetric' | 'mode' | 'scheme';
  readonly algorithm: number;
  /** Of a symmetric algorithm. */
  readonly keyBits?: number;
  readonly parameter: number;
}

/** Algorithms that TPMU_ASYM_SCHEME has no details for (TPM 2.0 Part 2, 11.2.3.5). */
const RSAES = 0x0015;
const SYMCIPHER = 0x0025;
const ECDAA = 0x001a;
const XOR = 0x000a;

/** Commands with a public area as their second parameter, and how many handles they begin with. */
const WITH_PUBLIC: ReadonlyMap<number, number> = new Map([
  [0x131, 1], // CreatePrimary
  [0x153, 1], // Create
  [0x191, 1], // CreateLoaded
  [0x167, 0], // LoadExternal
  [0x156, 1], // Import
]);
const START_AUTH_SESSION = 0x176;
const START_AUTH_SESSION_HANDLES = 2;

type Parameterless = Omit<AskedAlgorithm, 'parameter'>;

/** TPMT_SYM_DEF (Part 2, 11.1.6). */
function* symmetricOf(from: Unmarshaller): Generator<Parameterless> {
  const algorithm = from.uint16();
  if (algorithm === ALG.null) return;
  const keyBits = from.uint16();
  yield { kind: 'symmetric', algorithm, keyBits };
  if (algorithm !== XOR) yield { kind: 'mode', algorithm: from.uint16() };
}

/** TPMT_RSA_SCHEME, TPMT_ECC_SCHEME (Part 2, 11.2.4.2, 11.2.5.6). */
function* schemeOf(from: Unmarshaller): Generator<Parameterless> {
  const algorithm = from.uint16();
  if (algorithm === ALG.null) return;
  yield { kind: 'scheme', algorithm };
  if (algorithm !== RSAES) yield { kind: 'hash', algorithm: from.uint16() };
  if (algorithm === ECDAA) from.uint16();
}

/** TPMT_KEYEDHASH_SCHEME (Part 2, 11.1.23). */
function* keyedHashSchemeOf(from: Unmarshaller): Generator<Parameterless> {
  const algorithm = from.uint16();
  if (algorithm === ALG.null) return;
  yield { kind: 'scheme', algorithm };
  yield { kind: 'hash', algorithm: from.uint16() };
}

/** TPMT_PUBLIC as far as its TPMU_PUBLIC_PARMS (Part 2, 12.2.4). */
function* publicOf(from: Unmarshaller): Generator<Parameterless> {
  const type = from.uint16();
  yield { kind: 'type', algorithm: type };
  yield { kind: 'hash', algorithm: from.uint16() };
  from.uint32();
  from.sized();
  if (type === ALG.keyedHash) yield* keyedHashSchemeOf(from);
  if (type === ALG.rsa || type === ALG.ecc || type === SYMCIPHER) yield* symmetricOf(from);
  if (type === ALG.rsa || type === ALG.ecc) yield* schemeOf(from);
}

const parametersOf = (command: Uint8Array, handles: number): Unmarshaller => {
  const from = new Unmarshaller(bodyOf(command));
  from.bytes(4 * handles);
  if (tagOf(command) === SESSIONS) from.bytes(from.uint32());
  return from;
};

/** What a command that makes or takes an object or a session asks for; nothing for any other. */
export function* algorithmsOf(command: Uint8Array): Generator<AskedAlgorithm> {
  const code = codeOf(command);
  const handles = WITH_PUBLIC.get(code);
  if (handles !== undefined) {
    const from = parametersOf(command, handles);
    from.sized();
    for (const asked of publicOf(new Unmarshaller(from.sized()))) yield { ...asked, parameter: 2 };
  }
  if (code === START_AUTH_SESSION) {
    const from = parametersOf(command, START_AUTH_SESSION_HANDLES);
    from.sized();
    from.sized();
    from.bytes(1);
    for (const asked of symmetricOf(from)) yield { ...asked, parameter: 4 };
    yield { kind: 'hash', algorithm: from.uint16(), parameter: 5 };
  }
}
