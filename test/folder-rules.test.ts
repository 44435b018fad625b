import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Who may import whom: an import planted in a file, and whether the lint lets it pass. */
const PLANTED: readonly (readonly [file: string, from: string, allowed: boolean])[] = [
  ['protocol/a.ts', '../drivers/clock/interface.ts', false],
  ['protocol/tpm/a.ts', '../../actors/tpm.ts', false],
  ['protocol/tpm/b.ts', '../bytes.ts', true],
  ['config/a.ts', '../protocol/errors.ts', false],
  ['config/b.ts', 'zod', true],
  ['machines/join/a.ts', '../../actors/tpm.ts', false],
  ['machines/join/b.ts', '../../drivers/clock/interface.ts', false],
  ['machines/join/c.ts', 'node:crypto', false],
  ['machines/join/d.ts', '../../protocol/messages.ts', true],
  ['machines/join/e.ts', '../retry.ts', true],
  ['actors/node/a.ts', '../../drivers/tpm/model/model-tpm.ts', false],
  ['actors/node/b.ts', '../../transports/lora/link.ts', false],
  ['actors/node/c.ts', '../../simulations/world.ts', false],
  ['actors/node/d.ts', '../../drivers/tpm/interface.ts', true],
  ['actors/node/e.ts', '../../transports/lora/interface.ts', true],
  ['actors/node/f.ts', '../../machines/join/node.ts', true],
  ['drivers/tpm/a.ts', '../../transports/lora/interface.ts', false],
  ['drivers/tpm/b.ts', '../../simulations/world.ts', false],
  ['drivers/tpm/c.ts', '../ffi/interface.ts', true],
  ['transports/lora/a.ts', '../../drivers/clock/wall.ts', false],
  ['transports/lora/b.ts', '../../machines/join/node.ts', false],
  ['transports/lora/c.ts', '../../drivers/clock/interface.ts', true],
  ['runtime/a.ts', '../simulations/world.ts', false],
  ['runtime/b.ts', '../transports/lora/link.ts', true],
  ['deploy/a.ts', '../config/role.ts', false],
  ['deploy/b.ts', '../protocol/errors.ts', true],
  ['simulations/a.ts', '../cli/demo.ts', false],
  ['simulations/b.ts', '../runtime/device.ts', true],
  ['cli/a.ts', '../simulations/world.ts', true],
  ['web/model/a.ts', '../../transports/inspect/hub.ts', false],
  ['web/view/a.ts', '../../simulations/world.ts', false],
  ['web/model/b.ts', '../../transports/inspect/interface.ts', true],
  ['web/model/c.ts', '../../protocol/messages.ts', true],
];

const root = process.cwd();
let folder: string;
let refused: ReadonlySet<string>;

/** Files of the copy in which biome reports this rule. */
const reported = (rule: string): ReadonlySet<string> => {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  let output: string;
  try {
    const flags = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
    output = execFileSync(process.execPath, [biome, ...flags], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const { diagnostics } = JSON.parse(output) as {
    diagnostics: { category: string; location: { path: string | { file: string } } }[];
  };
  const files = diagnostics
    .filter(({ category }) => category === rule)
    .map(({ location: { path } }) => (typeof path === 'string' ? path : path.file));
  return new Set(files);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-folder-rules-'));
  const config = JSON.parse(readFileSync('biome.json', 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...config, vcs: {} }));
  for (const [file, from] of PLANTED) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), `import { it } from '${from}';\nexport const kept = it;\n`);
  }
  cpSync('protocol/errors.ts', join(folder, 'protocol/errors.ts'));
  writeFileSync(join(folder, 'cli/one.ts'), "export * from './two.ts';\nexport const one = 1;\n");
  writeFileSync(join(folder, 'cli/two.ts'), "export * from './one.ts';\nexport const two = 2;\n");
  refused = reported('lint/style/noRestrictedImports');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(PLANTED)('%s may import %s: %s', (file, _from, allowed) => {
  expect(refused.has(file)).toBe(!allowed);
});

test('an import cycle is found', () => {
  expect(reported('lint/suspicious/noImportCycles')).toContain('cli/one.ts');
});
