import { hasPolicy, isEcc, type StorageKey, uniqueBytes } from '../../protocol/tpm/storage-key.ts';
import type { BootReport, TpmOperationName, TpmOperations } from './interface.ts';

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
  | 'PolicyCommandCode'
  | 'PolicyDuplicationSelect'
  | 'PolicyOR'
  | 'ReadPublic'
  | 'Rewrap:p256'
  | 'Rewrap:rsa'
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

/** As far as the TPM itself decides which commands it takes: what `boot` told of it. */
export type TpmTraits = Pick<BootReport, 'translation'> & {
  readonly storageKey: Pick<StorageKey, 'suite'>;
};

const USUAL: TpmTraits = { translation: 'duplicate', storageKey: { suite: 1 } };

/** A command that RK authorizes; where RK has a policy, in a session of its own. */
const authorized = (
  { storageKey }: TpmTraits,
  command: TpmCommand,
  session: TpmCommand = 'StartAuthSession:policy',
): TpmCommand[] =>
  hasPolicy(storageKey.suite)
    ? [session, 'PolicyCommandCode', 'PolicyOR', command, 'FlushContext']
    : [command];

const duplicationTo = ({ suite }: StorageKey, traits: TpmTraits): TpmCommand[] => [
  ...authorized(traits, 'Load'),
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
    traits: TpmTraits,
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
  activateCredential: ({ seed }, traits) =>
    authorized(
      traits,
      `ActivateCredential:${asymmetricOfSeed(seed.length)}`,
      `StartAuthSession:${asymmetricOf(traits.storageKey.suite)}`,
    ),
  persistMasterKey: (_, traits) => [
    ...authorized(traits, 'Create:hmac'),
    ...authorized(traits, 'Load'),
    'EvictControl',
    'FlushContext',
  ],
  writeIdentity: () => ['NV_Write'],
  removeAccessKey: () => ['NV_UndefineSpace'],
  sealAccessKey: (_, traits) => authorized(traits, 'Create:sealed'),
  unsealAccessKey: (_, traits) => [...authorized(traits, 'Load'), 'Unseal', 'FlushContext'],
  createMasterKey: (_, traits) => authorized(traits, 'Create:hmac'),
  derive: ({ key, blocks }, traits) =>
    key === 'masterKey'
      ? times(blocks.length, 'HMAC')
      : [...authorized(traits, 'Load'), ...times(blocks.length, 'HMAC'), 'FlushContext'],
  createSessionKey: ({ center }, traits) => [
    ...authorized(traits, 'Create:hmac'),
    ...duplicationTo(center, traits),
  ],
  translate: ({ wrap, to }, traits) =>
    traits.translation === 'rewrap'
      ? ['LoadExternal', `Rewrap:${asymmetricOf(traits.storageKey.suite)}`, 'FlushContext']
      : [...authorized(traits, importOf(wrap)), ...duplicationTo(to, traits)],
  importSessionKey: ({ wrap }, traits) => authorized(traits, importOf(wrap)),
  sign: () => ['Sign:p256'],
  raiseRosterFloor: () => ['NV_Read', 'NV_Write'],
};

/**
 * The TPM commands an operation runs, in their order, where it has its usual course: a TPM that
 * is open, nothing there yet of what is to be made, no short coordinate drawn.
 */
export const commandsOf = <Name extends TpmOperationName>(
  operation: Name,
  input: TpmOperations[Name]['input'],
  traits: TpmTraits = USUAL,
): readonly TpmCommand[] => PLANS[operation](input, traits);
