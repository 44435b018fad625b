#!/usr/bin/env node
import { TiesError } from '../protocol/errors.ts';
import { tiesProgram } from './program.ts';

/** Whoever reads may have seen enough (`ties demo | head`); what was started ends with us. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  const program = await tiesProgram(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof TiesError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
