import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type AnyStateMachine, StateMachine } from 'xstate';

export const MACHINES = fileURLToPath(new URL('../../machines', import.meta.url));

/** A chart and where it stands. */
export interface Entry {
  readonly machine: AnyStateMachine;
  /** Its file, from `machines/` on. */
  readonly file: string;
}

/** Every source file under `machines/`, tests left out. */
export const sources = (): string[] =>
  readdirSync(MACHINES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort();

export const testOf = (file: string): string =>
  join(MACHINES, dirname(file), `${basename(file, '.ts')}.test.ts`);

/** Import every file and take the machines it exports: building one is what finds a wrong target. */
export const catalogue = async (): Promise<Entry[]> => {
  const entries: Entry[] = [];
  for (const file of sources()) {
    const exported: Record<string, unknown> = await import(
      pathToFileURL(join(MACHINES, file)).href
    );
    for (const value of Object.values(exported))
      if (value instanceof StateMachine) entries.push({ machine: value, file });
  }
  return entries;
};

/** Protocol folders with a README, by the path of that README. */
export const byReadme = (entries: readonly Entry[]): Map<string, Entry[]> => {
  const readmes = new Map<string, Entry[]>();
  for (const entry of entries) {
    const path = join(MACHINES, dirname(entry.file), 'README.md');
    readmes.set(path, [...(readmes.get(path) ?? []), entry]);
  }
  return readmes;
};

export const hasTest = ({ file }: Entry): boolean => existsSync(testOf(file));
export const shown = (path: string): string => relative(dirname(MACHINES), path);
