import crypto, { type CipherCCM } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type {
  KeyRef,
  Tpm,
  TpmOperationName,
  TpmOperations,
} from '../../../drivers/tpm/interface.ts';
import { toHex } from '../../../protocol/bytes.ts';
import type { UsedKey } from '../../../protocol/key-log.ts';
import type { TransactionId } from '../../../protocol/transaction.ts';

/** What a device had its ciphers, its TPM and its store do. */
export type Noted =
  | {
      readonly type: 'sealed';
      readonly key: string;
      readonly nonce: string;
      /** Of all that was sealed under this nonce. */
      readonly said: string;
      readonly plaintext: Uint8Array;
    }
  | ({ readonly type: 'used'; readonly key: string } & Omit<UsedKey, 'key'>)
  | {
      readonly type: 'derived';
      readonly root: string;
      readonly block: Uint8Array;
      readonly key: string;
    }
  | {
      readonly type: 'performed';
      readonly name: TpmOperationName;
      readonly root: string;
      readonly blob: string;
    }
  | { readonly type: 'wrote'; readonly requester: number; readonly taken: Taken };

/** A transaction as a node keeps it, with what names its key. */
export type Taken = TransactionId & { readonly unique: Uint8Array };

type Note = (noted: Noted) => void;

/** Whose turn it is: devices do their work one after another. */
export const turn: { note: Note | null } = { note: null };

const short = (bytes: Uint8Array): string => toHex(bytes).slice(0, 24);
export const keyName = short;

const FINGERPRINT = new TextEncoder().encode('which key this is');

/** Every body that is sealed, with the key and the nonce that it was sealed under. */
const watchCiphers = (): void => {
  const { createCipheriv } = crypto;
  const watched = (algorithm: string, key: Uint8Array, nonce: Uint8Array, options: never) => {
    const cipher = createCipheriv(algorithm, key, nonce, options) as unknown as CipherCCM;
    if (algorithm !== 'aes-256-ccm') return cipher;
    let associated = new Uint8Array(0);
    const setAAD = cipher.setAAD.bind(cipher);
    const { update } = cipher;
    cipher.setAAD = (data, options) => {
      associated = Uint8Array.from(data as Uint8Array);
      return setAAD(data, options);
    };
    cipher.update = ((plaintext: Uint8Array, ...rest: never[]) => {
      const said = toHex(crypto.createHash('sha256').update(associated).update(plaintext).digest());
      turn.note?.({
        type: 'sealed',
        key: short(key),
        nonce: toHex(nonce),
        said: said.slice(0, 16),
        plaintext: Uint8Array.from(plaintext),
      });
      return (update as (...args: unknown[]) => Buffer).call(cipher, plaintext, ...rest);
    }) as never;
    return cipher;
  };
  crypto.createCipheriv = watched as never;
  syncBuiltinESMExports();
};
watchCiphers();

/** Which key stands behind a reference, told by what it makes of one fixed block. */
export const rootOf = async (tpm: Tpm, key: KeyRef): Promise<string> => {
  const [secret] = await tpm.perform('derive', { key, blocks: [FINGERPRINT] });
  return keyName((secret as { reveal(): Uint8Array }).reveal());
};
/** The same of a key in the clear. */
export const rootOfBits = (bits: Uint8Array): string =>
  keyName(Uint8Array.from(crypto.createHmac('sha256', bits).update(FINGERPRINT).digest()));

/** A TPM, what it does noted, and held back where `hold` has it wait. */
export const watchedTpm = (
  tpm: Tpm,
  hold: (name: TpmOperationName) => Promise<void> | null,
): Tpm => ({
  ...tpm,
  perform: async <Name extends TpmOperationName>(
    name: Name,
    input: TpmOperations[Name]['input'],
  ): Promise<TpmOperations[Name]['output']> => {
    await hold(name);
    const output = await tpm.perform(name, input);
    await noteWork(tpm, name, input, output);
    return output;
  },
});

const noteWork = async (
  tpm: Tpm,
  name: TpmOperationName,
  input: unknown,
  output: unknown,
): Promise<void> => {
  const perform = (root: string, blob = ''): void =>
    turn.note?.({ type: 'performed', name, root, blob });
  switch (name) {
    case 'derive': {
      const { key, blocks } = input as TpmOperations['derive']['input'];
      const secrets = output as TpmOperations['derive']['output'];
      const root = await rootOf(tpm, key);
      for (const [at, block] of blocks.entries()) {
        const secret = secrets[at] as (typeof secrets)[number];
        turn.note?.({ type: 'derived', root, block, key: keyName(secret.reveal()) });
      }
      return;
    }
    case 'createSessionKey':
      return perform(
        await rootOf(tpm, (output as TpmOperations['createSessionKey']['output']).key),
      );
    case 'importSessionKey':
      return perform(await rootOf(tpm, output as TpmOperations['importSessionKey']['output']));
    case 'createMasterKey': {
      const blob = output as TpmOperations['createMasterKey']['output'];
      return perform(await rootOf(tpm, blob), keyName(blob.public.slice(-32)));
    }
    case 'persistMasterKey': {
      const { masterKey } = input as TpmOperations['persistMasterKey']['input'];
      return perform(rootOfBits(masterKey.reveal()));
    }
    case 'translate':
      return perform(keyName((input as TpmOperations['translate']['input']).wrap));
    default:
      return perform('');
  }
};
