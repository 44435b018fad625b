import { execFileSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { commandTree } from './command-tree.ts';
import { bashCompletion } from './completion.ts';

const program = new Command('ties')
  .addCommand(
    new Command('run').addOption(new Option('-t, --tpm <kind>').choices(['swtpm', 'model'])),
  )
  .addCommand(
    new Command('config').addCommand(new Command('check').argument('<file>').option('--json')),
  );
const script = bashCompletion(commandTree(program));

/** What bash offers for the last of these words. */
const offered = (...words: string[]): string => {
  const line = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ties; echo "\${COMPREPLY[*]}"`;
  return execFileSync('bash', ['-c', line, 'bash', ...words], { encoding: 'utf8' }).trim();
};

test.each([
  [['ties', ''], 'run config'],
  [['ties', 'r'], 'run'],
  [['ties', '--'], '--help'],
  [['ties', 'config', ''], 'check'],
  [['ties', 'run', '-'], '--tpm --help'],
  [['ties', 'run', '-t', ''], 'swtpm model'],
  [['ties', 'run', '--tpm', 'm'], 'model'],
  // Nothing: bash then offers files.
  [['ties', 'config', 'check', ''], ''],
  [['ties', 'config', 'check', 'file.json', '--j'], '--json'],
])('%j is completed with %j', (words, expected) => {
  expect(offered(...words)).toBe(expected);
});
