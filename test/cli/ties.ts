import type { Command } from 'commander';
import { vi } from 'vitest';

/** Run a command in this process: what it printed, and with which code it would exit. */
export const ties = async (command: Command, ...args: string[]) => {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += text;
      return true;
    });
  try {
    await command.parseAsync(args, { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return { exitCode: process.exitCode, ...written };
};
