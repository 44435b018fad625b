import { isEcc, type StorageKey, uniqueBytes } from '../../protocol/tpm/storage-key.ts';
import type { TpmOperationName, TpmOperations } from './interface.ts';

/** A TPM command by its name, with the algorithm where the time it takes depends on it. */
export type TpmCommand =
  | 'ActivateCredential:p256'
  | 'ActivateCredential:rsa'
  | 'Create:hmac'
  | 'Create:sealed'
  | 'CreatePrimary:p256'
  | 'CreatePrimary:rsa'
  | 'Duplicate:p256'
  | 'Duplicate:rsa'
  | 'EvictControl'
  | 'FlushContext'
  | 'GetRandom'
  | 'HMAC'
  | 'Import:p256'
  | 'Import:rsa'
  | 'Load'
  | 'LoadExternal'
  | 'NV_DefineSpace'
  | 'NV_Increment'
  | 'NV_Read'
  | 'NV_UndefineSpace'
  | 'NV_Write'
  | 'PolicyDuplicationSelect'
  | 'PolicyOR'
  | 'ReadPublic'
  | 'Sign:p256'
  | 'StartAuthSession:p256'
  | 'StartAuthSession:policy'
  | 'StartAuthSession:rsa'
  | 'Unseal';

type Asymmetric = 'p256' | 'rsa';

const asymmetricOf = (suite: StorageKey['suite']): Asymmetric => (isEcc(suite) ? 'p256' : 'rsa');

/** A seed on the air is as long as the `unique` of the key it is encrypted to. */
const asymmetricOfSeed = (bytes: number): Asymmetric => (bytes === uniqueBytes(1) ? 'p256' : 'rsa');

/** A wrap is `unique` 32 ‖ duplicate 140 ‖ seed. */
const importOf = (wrap: Uint8Array): TpmCommand => `Import:${asymmetricOfSeed(wrap.length - 172)}`;

const duplicationTo = ({ suite }: StorageKey): TpmCommand[] => [
  'Load',
  'LoadExternal',
  'StartAuthSession:policy',
  'PolicyDuplicationSelect',
  'PolicyOR',
  `Duplicate:${asymmetricOf(suite)}`,
  'FlushContext',
  'FlushContext',
  'FlushContext',
];

const persistentPrimary = (asymmetric: Asymmetric): TpmCommand[] => [
  `CreatePrimary:${asymmetric}`,
  'EvictControl',
  'FlushContext',
];

const times = (count: number, command: TpmCommand): TpmCommand[] =>
  Array<TpmCommand>(count).fill(command);

type Plans = {
  readonly [Name in TpmOperationName]: (
    input: TpmOperations[Name]['input'],
  ) => readonly TpmCommand[];
};

const PLANS: Plans = {
  provision: ({ role, suite }) => [
    ...persistentPrimary(asymmetricOf(suite)),
    'ReadPublic',
    `StartAuthSession:${asymmetricOf(suite)}`,
    ...times(3, 'NV_DefineSpace'),
    ...(role === 'center'
      ? persistentPrimary('p256')
      : (['GetRandom', 'NV_DefineSpace', 'NV_Write'] as const)),
  ],
  boot: () => ['NV_Increment', ...times(3, 'NV_Read')],
  readAccessKey: () => ['NV_Read'],
  activateCredential: ({ seed }) => [`ActivateCredential:${asymmetricOfSeed(seed.length)}`],
  persistMasterKey: () => ['Create:hmac', 'Load', 'EvictControl', 'FlushContext'],
  writeIdentity: () => ['NV_Write'],
  removeAccessKey: () => ['NV_UndefineSpace'],
  sealAccessKey: () => ['Create:sealed'],
  unsealAccessKey: () => ['Load', 'Unseal', 'FlushContext'],
  createMasterKey: () => ['Create:hmac'],
  derive: ({ key, blocks }) =>
    key === 'masterKey'
      ? times(blocks.length, 'HMAC')
      : ['Load', ...times(blocks.length, 'HMAC'), 'FlushContext'],
  createSessionKey: ({ center }) => ['Create:hmac', ...duplicationTo(center)],
  translate: ({ wrap, to }) => [importOf(wrap), ...duplicationTo(to)],
  importSessionKey: ({ wrap }) => [importOf(wrap)],
  sign: () => ['Sign:p256'],
  raiseRosterFloor: () => ['NV_Read', 'NV_Write'],
};

/**
 * The TPM commands an operation runs, in their order, where it has its usual course: a TPM that
 * is open, nothing there yet of what is to be made, suite 1 or 2, no short coordinate drawn.
 */
export const commandsOf = <Name extends TpmOperationName>(
  operation: Name,
  input: TpmOperations[Name]['input'],
): readonly TpmCommand[] => PLANS[operation](input);
