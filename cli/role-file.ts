import { readRoleFile } from '../config/check/file.ts';
import type { Role } from '../config/role.ts';
import { faultLines } from './config.ts';

/** The role of a file; for one with faults null, after all of them were told on standard error. */
export const readRole = (file: string): Role | null => {
  const found = readRoleFile(file);
  if ('role' in found) return found.role;
  const lines = [`${file} is no role:`, ...found.faults.flatMap(faultLines)];
  process.stderr.write(`${lines.join('\n')}\n`);
  return null;
};
