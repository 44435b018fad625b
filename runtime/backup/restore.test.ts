import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CenterRecords } from '../../actors/center/records.ts';
import { type MemberRole, memberRole, type RoleInput } from '../../config/role.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { devIdOf, shortDevId } from '../../protocol/identity.ts';
import { storageKeyName } from '../../protocol/tpm/storage-key.ts';
import { startSwtpm } from '../../simulations/swtpm/process.ts';
import { type DaemonStore, openStore } from '../open-store.ts';
import { openTpm } from '../open-tpm.ts';
import { provisionDevice } from '../provision.ts';
import type { Simulated } from '../simulated.ts';
import { type Backup, decodeBackup, encodeBackup } from './contents.ts';
import { restoreBackup } from './restore.ts';

const simulated = { startSwtpm } as unknown as Simulated;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-restore-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const roleOf = (name: string, more: Pick<RoleInput, 'tpm'> = {}): MemberRole =>
  memberRole({
    ...{ role: 'center', name },
    tpm: { driver: 'swtpm', state: join(folder, `${name}.tpm`) },
    radio: { driver: 'socket', path: join(folder, 'air') },
    store: { directory: join(folder, `${name}.store`) },
    ...more,
  });

const withTpm = async <T>(
  role: MemberRole,
  use: (tpm: Awaited<ReturnType<typeof openTpm>>) => Promise<T>,
): Promise<T> => {
  const tpm = await openTpm(role, simulated);
  try {
    return await use(tpm);
  } finally {
    await tpm.close();
  }
};

const withStore = async <T>(
  role: MemberRole,
  use: (store: DaemonStore) => Promise<T>,
): Promise<T> => {
  const store = await openStore(role, wallClock);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
};

/** A center that was provisioned, with a network in its store, and its backup. */
const center = async (name: string): Promise<{ role: MemberRole; backup: Backup }> => {
  const role = roleOf(name);
  const device = await withTpm(role, async (tpm) => {
    await provisionDevice(role, tpm);

    const { storageKey } = await tpm.perform('boot', {});
    return Buffer.from(shortDevId(devIdOf(storageKeyName(storageKey)))).toString('hex');
  });
  const contents = await withStore(role, async (store) => {
    await new CenterRecords(store).found(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    return store.contents?.() ?? expect.fail('kept');
  });
  return { role, backup: decodeBackup(encodeBackup({ role: 'center', device, ...contents })) };
};

const code = (role: MemberRole, backup: Backup): Promise<string> =>
  restoreBackup(role, backup, simulated).then(
    () => 'restored',
    (error) => error.code,
  );

const netIdIn = (role: MemberRole): Promise<unknown> =>
  withStore(role, async (store) => store.get<{ netId: Uint8Array }>('network')?.netId);

test('a backup brings a lost store back, and keeps what was there', async () => {
  const { role, backup } = await center('CE');
  rmSync(role.store.directory, { recursive: true });
  expect(await restoreBackup(role, backup, simulated)).toMatchObject({ values: 1, aside: null });
  expect(await netIdIn(role)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  await withStore(role, (store) => store.write({ network: undefined, 'name/x': 'later' }));
  const { aside } = await restoreBackup(role, backup, simulated);
  expect(existsSync(aside ?? '')).toBe(true);
  expect(await netIdIn(role)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  expect(await withStore(role, async (store) => store.get('name/x'))).toBeUndefined();
});

test('what would not serve is refused by name, and changes nothing', async () => {
  const [{ role, backup }, other] = [await center('CE'), await center('other')];
  const before = () => readdirSync(role.store.directory).toSorted();
  const files = before();
  await withStore(role, async () => {
    expect(await code(role, backup)).toBe('STORE_IN_USE');
  });
  expect(await code(role, other.backup)).toBe('BACKUP_OTHER_TPM');
  expect(await code(role, { ...backup, role: 'node' })).toBe('BACKUP_OTHER_ROLE');
  expect(await code(role, { ...backup, format: 99 })).toBe('STORE_NEWER');
  expect(await code(roleOf('model', { tpm: { driver: 'model' } }), backup)).toBe('BACKUP_NOTHING');
  await withTpm(role, (tpm) => tpm.perform('raiseRosterFloor', { version: 1 }));
  expect(await code(role, backup)).toBe('CENTER_STORE_OLD');
  expect(before()).toEqual(files);
  expect(await netIdIn(role)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
});
