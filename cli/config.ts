import { Command } from 'commander';
import type { Fault } from '../config/check/fault.ts';
import { readRoleFile } from '../config/check/file.ts';

/** What `ties config check` exits with; stable. */
const EXIT = { valid: 0, faulty: 1, unreadable: 2 } as const;

/** `ties config`: what concerns role files. */
export const configCommand = (): Command =>
  new Command('config').description('Check the role file of a device').addCommand(
    new Command('check')
      .description('Say what is wrong with a role file, and what to do about it')
      .argument('<file>', 'the role file')
      .option('--json', 'answer with one line of JSON', false)
      .addHelpText(
        'after',
        '\nExits with 0 where nothing is wrong, 1 where there are faults, 2 where it cannot be read.',
      )
      .action((file: string, { json }: { readonly json: boolean }) => {
        process.exitCode = check(file, json);
      }),
  );

const check = (file: string, json: boolean): number => {
  const { kind, ...found } = readRoleFile(file);
  const lines = json
    ? [JSON.stringify({ ok: kind === 'valid', file, ...found })]
    : 'role' in found
      ? [`${file}: ${found.role.role} ${JSON.stringify(found.role.name)}, nothing wrong`]
      : [`${file}: ${count(found.faults)}`, ...found.faults.flatMap(faultLines)];
  process.stdout.write(`${lines.join('\n')}\n`);
  return EXIT[kind];
};

const count = ({ length }: readonly Fault[]): string => `${length} fault${length === 1 ? '' : 's'}`;

/** A fault as people read it: where and why, and in the next line what to do. */
export const faultLines = ({ position, path, reason, remedy }: Fault): string[] => {
  const place = position === null ? '' : `${position.line}:${position.column}`;
  const indent = ' '.repeat(10);
  return [
    `${place.padStart(8)}  ${path === '' ? '' : `${path}: `}${reason}.`,
    `${indent}${remedy}`,
  ];
};
