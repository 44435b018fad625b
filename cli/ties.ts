#!/usr/bin/env node
import type { Command, CommanderError } from 'commander';
import { TiesError } from '../protocol/errors.ts';
import { tiesProgram } from './program.ts';

/** Whoever reads may have seen enough (`ties demo | head`); what was started ends with us. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const allOf = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(allOf),
];

/** Wrong words are as what cannot be done: 1 is what a daemon refused, or a check found. */
const leave = ({ exitCode }: CommanderError): never => process.exit(exitCode === 0 ? 0 : 2);

try {
  const program = await tiesProgram(process.argv[2]);
  for (const command of allOf(program)) command.exitOverride(leave);
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof TiesError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
