#!/usr/bin/env node
import { Command } from 'commander';
import { TiesError } from '../protocol/errors.ts';
import { airCommand } from './air.ts';
import { configCommand } from './config.ts';
import { controlCommands } from './control.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { provisionCommand } from './provision.ts';
import { runCommand } from './run.ts';
import { simulateCommand } from './simulate.ts';

/** Whoever reads may have seen enough (`ties demo | head`); what was started ends with us. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const program = new Command('ties')
  .description('Trusted IoT Environment System')
  .showHelpAfterError()
  .addCommand(airCommand())
  .addCommand(configCommand())
  .addCommand(demoCommand())
  .addCommand(runCommand())
  .addCommand(simulateCommand())
  .addCommand(provisionCommand())
  .addCommand(doctorCommand())
  .addCommand(explainCommand());

for (const command of controlCommands()) program.addCommand(command);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof TiesError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
