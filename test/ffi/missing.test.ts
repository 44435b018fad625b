import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ffiNapiFfi } from '../../drivers/ffi/ffi-napi.ts';
import { World } from '../../simulations/world.ts';

const cause = new Error('No native build was found for platform=linux arch=arm');
const libc = { soname: 'libc.so.6', debianPackage: 'libc6' };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-missing-'));
  vi.spyOn(Module as unknown as { _load: () => unknown }, '_load').mockImplementation(() => {
    throw cause;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('where ffi-napi does not load, the operator reads how to build it', () => {
  expect(() => ffiNapiFfi.load(libc)).toThrow(
    expect.objectContaining({
      name: 'TiesError',
      code: 'FFI_MISSING',
      message: expect.stringContaining('npm run ffi-napi'),
      cause,
    }),
  );
});

test('a world whose roles ask for it does not begin, and leaves no TPM behind', async () => {
  vi.stubEnv('TMPDIR', folder);
  const world = World.create({ nodes: 0, tpm: 'swtpm', ffi: 'ffi-napi' });
  await expect(world).rejects.toMatchObject({ code: 'FFI_MISSING' });
  expect(readdirSync(folder)).toEqual([]);
});
