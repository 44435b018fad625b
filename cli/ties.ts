#!/usr/bin/env node
import { Command } from 'commander';
import { TiesError } from '../protocol/errors.ts';
import { demoCommand } from './demo.ts';

const program = new Command('ties')
  .description('Trusted IoT Environment System')
  .showHelpAfterError()
  .addCommand(demoCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof TiesError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
