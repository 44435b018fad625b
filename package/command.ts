import { execFileSync } from 'node:child_process';

interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Run a program to its end; what it said is given back, or told where it failed. */
export const command = (name: string, args: readonly string[], options: Options = {}): string => {
  const env = { ...process.env, ...options.env };
  try {
    return execFileSync(name, args, { ...options, env, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & Record<string, string>;
    throw new Error(`${message.split('\n')[0]}\n${stdout}${stderr}`, { cause: error });
  }
};
