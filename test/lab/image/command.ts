import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

const MAX_WORDS = 2_000;

/** What a command printed; rejects with what it complained of where it failed. */
export const bytesOf = async (
  command: string,
  args: readonly string[],
  { cwd, env, input }: CommandOptions = {},
): Promise<Buffer> => {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, LC_ALL: 'C', ...env },
  });
  // Who has read enough closes its end.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [output, complaint, [code]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code === 0) return output;
  const what = [command, ...args].join(' ').slice(0, MAX_WORDS);
  throw new Error(`${what}\nended with ${code}: ${complaint.slice(-MAX_WORDS)}`);
};

export const run = async (...args: Parameters<typeof bytesOf>): Promise<string> =>
  (await bytesOf(...args)).toString();
