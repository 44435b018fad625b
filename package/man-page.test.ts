import { Command } from 'commander';
import { expect, test } from 'vitest';
import { commandTree } from './command-tree.ts';
import { manPage } from './man-page.ts';

const program = new Command('ties')
  .description('a test')
  .addCommand(
    new Command('window').addCommand(
      new Command('open')
        .description('Open it')
        .argument('<label>', 'the label; - reads it')
        .option('--for <time>', "how long, such as 'ever' or C:\\", '10m')
        .addHelpText('after', '\n.first\n\nExits with 0.'),
    ),
  );
const page = manPage(commandTree(program), { version: '1.2.3', date: '2026-01-02' });

test('a command stands with its arguments, its options and what its help says after', () => {
  expect(page).toContain(
    [
      '.SS ties window open [options] <label>',
      'Open it.',
      '.TP',
      '\\fBlabel\\fR',
      'the label; \\- reads it',
      '.TP',
      '\\fB\\-\\-for <time>\\fR',
      'how long, such as \'ever\' or C:\\e (default: "10m")',
      '.PP',
      '\\&.first',
      '',
      'Exits with 0.',
    ].join('\n'),
  );
});

test('a command that has only commands stands by these', () => {
  expect(page).not.toContain('.SS ties window [');
});

test('it is headed by name, date and version', () => {
  expect(page.split('\n').slice(0, 3)).toEqual([
    '.TH TIES 1 "2026-01-02" "1.2.3"',
    '.SH NAME',
    'ties \\- a test',
  ]);
});
