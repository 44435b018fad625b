import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODE } from '../../package/target.ts';
import { isTried } from './debian.ts';
import { packageOf, TRIED } from './packages.ts';

const LIMIT_MS = 300_000;
/** e_machine of an ELF file (elf(5)). */
const MACHINES = { amd64: 62, arm64: 183 } as const;
const NATIVES = [
  'epoll.node',
  'i2c.node',
  'koffi.node',
  `node.abi${NODE.abi}.glibc.node`,
  'spi.node',
];

const output = (...[command = '', ...args]: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8' });

describe.runIf(isTried).each(TRIED)('the file for $debian', { timeout: LIMIT_MS }, ({ debian }) => {
  let folder: string;
  let path: string;
  beforeAll(() => {
    path = packageOf(debian);
    folder = mkdtempSync(join(tmpdir(), 'ties-deb-'));
    output('dpkg-deb', '--extract', path, folder);
  });
  afterAll(() => folder && rmSync(folder, { recursive: true }));

  test('lintian has nothing to say', () => {
    const severe = ['--display-info', '--tag-display-limit', '0'];
    const { stdout, status } = spawnSync('lintian', ['--allow-root', ...severe, path], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  const isOurs = MACHINES[debian] === MACHINES[process.arch === 'x64' ? 'amd64' : 'arm64'];
  test.runIf(isOurs)('its threads find their code: it runs an experiment', () => {
    const [plan, out] = [join(folder, 'plan.json'), join(folder, 'results')];
    const sweep = [{ nodes: [10, 20], model: ['simple'], days: 0.1 }];
    const texts = { title: 'small', question: 'Does it run?', notes: [], charts: [] };
    writeFileSync(
      plan,
      JSON.stringify({ ...texts, scenario: 'aloha', sweep, repeats: 1, seed: 1 }),
    );
    const ties = join(folder, 'usr/lib/ties/dist/cli/ties.js');
    output(process.execPath, ties, 'experiment', 'run', plan, '--out', out, '--threads', '2');
    expect(readFileSync(join(out, 'runs.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
  });

  test('its natives are of its architecture, each once, and need no newer C library than it says', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const natives = files.filter((file) => file.endsWith('.node'));
    expect(natives.map((file) => file.split('/').at(-1)).sort()).toEqual(NATIVES);
    const depends = output('dpkg-deb', '--field', path, 'Depends');
    const glibc = Number(/libc6 \(>= 2\.(\d+)\)/.exec(depends)?.[1]);
    for (const file of natives) {
      const bytes = readFileSync(join(folder, file));
      expect(bytes.toString('latin1', 0, 4)).toBe('\x7fELF');
      expect(bytes.readUInt16LE(18)).toBe(MACHINES[debian]);
      const needed = [...bytes.toString('latin1').matchAll(/GLIBC_2\.(\d+)/g)].map(([, v]) =>
        Number(v),
      );
      expect(Math.max(...needed)).toBeLessThanOrEqual(glibc);
    }
    expect(depends).toContain(`nodejs (>= ${NODE.least}), nodejs (<< ${NODE.major + 1})`);
  });
});

test.runIf(isTried)(
  'the same source makes the same bytes, wherever it is built',
  () => {
    const out = mkdtempSync(join(tmpdir(), 'ties-again-'));
    try {
      output('npx', 'tsx', 'package/main.ts', '--arch', 'amd64', '--out', out);
      const name = packageOf('amd64').split('/').at(-1) as string;
      const again = readFileSync(join(out, name));
      expect(again.equals(readFileSync(packageOf('amd64')))).toBe(true);
    } finally {
      rmSync(out, { recursive: true });
    }
  },
  LIMIT_MS,
);
