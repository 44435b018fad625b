import { mkdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { openLmdbStore } from '../../actors/store/lmdb-store.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { flock } from '../../drivers/lock/flock.ts';
import { Processes } from './processes.ts';

const LIMIT_MS = 120_000;

let processes: Processes;
afterEach(() => processes.close(), LIMIT_MS);

/** Real processes: `npm run test:run`. */
describe.runIf(process.env.TIES_PROCESSES)('a daemon is not started', () => {
  const refusal = async (file: string): Promise<string> => {
    const { code, stdout, stderr } = await processes.run('run', '--config', file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    return stderr;
  };

  test(
    'with a wrong role file: all its faults are told, each with what to do',
    async () => {
      processes = new Processes();
      const stderr = await refusal('config/check/fixtures/unknown-driver.json');
      expect(stderr.match(/^ +\d+:\d+ /gm)).toHaveLength(8);
      expect(stderr).toMatch(/5:14 {2}radio\.driver: .*SX1276.*\n.*sx127x/);
      expect(await refusal(processes.path('none.json'))).toMatch(/none\.json/);
    },
    LIMIT_MS,
  );

  test(
    'where its TPM, its radio or the air is missing: it says which, and what to do',
    async () => {
      processes = new Processes();
      const tpm = processes.role('node', 'N1', { tpm: { device: '/dev/tpmrm77' } });
      expect(await refusal(tpm)).toMatch(
        /^TPM_UNAVAILABLE: .*\/dev\/tpmrm77.*check that the TPM is there/,
      );
      const radio = processes.role('node', 'N2', {
        radio: { driver: 'sx127x', spi: '/dev/spidev7.0' },
      });
      await processes.provision(radio);
      expect(await refusal(radio)).toMatch(/^SPI_NO_DEVICE: .*\/dev\/spidev7\.0: enable SPI/);
      const air = processes.role('node', 'N3');
      await processes.provision(air);
      expect(await refusal(air)).toMatch(/^AIR_\w+: .*ties air/);
    },
    LIMIT_MS,
  );

  test(
    'on a store of a newer version, and what is in it stays',
    async () => {
      processes = new Processes();
      const file = processes.role('node', 'N1');
      const directory = processes.path('N1.store');
      mkdirSync(directory, { mode: 0o700 });
      const place = { directory, clock: wallClock, lock: flock(koffiFfi) };
      const newer = {
        ...place,
        format: 2,
        migrations: { 1: (all: ReadonlyMap<string, unknown>) => all },
      };
      const store = await openLmdbStore(newer as never);
      await store.write({ kept: 1 });
      await store.close();
      expect(await refusal(file)).toMatch(/^STORE_NEWER: .*install the newer ties again/);
      const again = await openLmdbStore(newer as never);
      expect([again.get('kept'), again.troubles]).toEqual([1, []]);
      await again.close();
    },
    LIMIT_MS,
  );
});
