import { expect } from 'vitest';
import type { BootReport, Tpm, TpmOperations } from '../../drivers/tpm/interface.ts';
import { type StorageKey, storageKeyName } from '../../protocol/tpm/storage-key.ts';
import { watchedTpm } from './watched-tpm.ts';

/** A fresh TPM of the implementation under test. */
export interface TpmUnderTest {
  readonly tpm: Tpm;
  /** Closes `tpm` and opens the same chip again, as a new process does. */
  restart(): Promise<Tpm>;
  /** Opens the same chip beside `tpm`, as a second process would; absent where that cannot be tried. */
  rival?(): Promise<Tpm>;
  /** Closes what is open and throws the chip away. */
  release(): Promise<void>;
}

export type MakeTpm = () => Promise<TpmUnderTest>;
export type Role = TpmOperations['provision']['input']['role'];

/** A TPM that is provisioned and booted, and what came out. */
export interface Party {
  readonly chip: TpmUnderTest;
  readonly tpm: Tpm;
  readonly storageKey: StorageKey;
  /** Name(RK). */
  readonly name: Uint8Array;
  readonly provisioned: TpmOperations['provision']['output'];
  readonly booted: BootReport;
}

export const boot = (tpm: Tpm): Promise<BootReport> => tpm.perform('boot', {});

export const provisionParty = async (
  chip: TpmUnderTest,
  role: Role,
  suite: StorageKey['suite'],
): Promise<Party> => {
  const tpm = watchedTpm(chip.tpm);
  const provisioned = await tpm.perform('provision', { role, suite });
  const booted = await boot(tpm);
  const { storageKey } = provisioned;
  return { chip, tpm, storageKey, name: storageKeyName(storageKey), provisioned, booted };
};

/** The same party after a restart of its process. */
export const restartParty = async (party: Party): Promise<Party> => {
  const tpm = watchedTpm(await party.chip.restart());
  return { ...party, tpm, booted: await boot(tpm) };
};

/** Makes parties of one implementation and suite. */
export interface PartyMaker {
  blank(): Promise<TpmUnderTest>;
  party(role: Role): Promise<Party>;
  /** Throws away all that were made. */
  release(): Promise<void>;
}

export const partyMaker = (make: MakeTpm, suite: StorageKey['suite']): PartyMaker => {
  const chips: TpmUnderTest[] = [];
  const blank = async (): Promise<TpmUnderTest> => {
    const chip = await make();
    chips.push(chip);
    return chip;
  };
  return {
    blank,
    party: async (role) => provisionParty(await blank(), role, suite),
    release: async () => {
      for (const chip of chips.splice(0)) await chip.release();
    },
  };
};

/** Expects a `TiesError` of this code. */
export const refused = async (attempt: Promise<unknown>, code: string): Promise<void> => {
  await expect(attempt).rejects.toMatchObject({ name: 'TiesError', code });
};

/** These bytes with the lowest bit of one of them flipped. */
export const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
