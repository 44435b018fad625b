import type { CommandTree, Term } from './command-tree.ts';

const FILES: readonly Term[] = [
  { term: '/etc/ties/role.json', description: 'The role file of this device.' },
  { term: '/var/lib/ties', description: 'What survives a power cut.' },
  { term: '/run/ties/control.sock', description: 'By which the commands ask the running daemon.' },
  { term: '/usr/share/doc/ties/examples', description: 'Role files to begin with.' },
];

/** The manual page of a command and all its subcommands, for man(7). */
export const manPage = (
  program: CommandTree,
  { version, date }: { readonly version: string; readonly date: string },
): string =>
  [
    `.TH ${program.path[0]?.toUpperCase()} 1 "${date}" "${version}"`,
    '.SH NAME',
    escaped(`${program.path[0]} \\- ${program.description}`),
    '.SH SYNOPSIS',
    bold(program.usage),
    '.SH OPTIONS',
    ...program.options.flatMap(paragraph),
    '.SH COMMANDS',
    ...program.commands.flatMap(section),
    '.SH FILES',
    ...FILES.flatMap(paragraph),
    '.SH SEE ALSO',
    `${bold('systemctl')}(1), ${bold('journalctl')}(1)`,
    '',
  ].join('\n');

/** A command with something to say, and then its subcommands. */
const section = (command: CommandTree): string[] => [
  ...(command.commands.length > 0
    ? []
    : [
        `.SS ${escaped(command.usage)}`,
        escaped(`${command.description}.`),
        ...[...command.arguments, ...command.options.filter(isOwn)].flatMap(paragraph),
        ...(command.after === '' ? [] : ['.PP', escaped(command.after)]),
      ]),
  ...command.commands.flatMap(section),
];

/** Each command has it. */
const isOwn = ({ term }: Term): boolean => !term.includes('--help');

const paragraph = ({ term, description }: Term): string[] => [
  '.TP',
  bold(term),
  escaped(description),
];

const bold = (text: string): string => `\\fB${escaped(text)}\\fR`;

/** roff takes a backslash, a hyphen and a dot or quote that begins a line for its own. */
const escaped = (text: string): string =>
  text
    .replace(/\\(?!-)/g, '\\e')
    .replace(/(?<!\\)-/g, '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
