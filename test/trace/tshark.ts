import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

export const isTsharkInstalled = spawnSync('tshark', ['--version']).status === 0;
/** For the name of what is skipped without it. */
export const withoutTshark = isTsharkInstalled ? '' : ' (skipped: tshark is not installed)';

/** These fields of every frame of a trace, as Debian's tshark with a ties.lua has them. */
export const tshark = async (
  trace: string,
  { lua, keyLog, fields }: { lua: string; keyLog?: string; fields: readonly string[] },
): Promise<{ rows: string[][]; said: string }> => {
  const args = ['-r', trace, '-X', `lua_script:${lua}`, '-T', 'fields', '-E', 'aggregator=;'];
  const keys = keyLog === undefined ? [] : ['-o', `ties_message.key_log:${keyLog}`];
  const { stdout, stderr } = await promisify(execFile)('tshark', [
    ...[...args, ...keys],
    ...fields.flatMap((field) => ['-e', field]),
  ]);
  const rows = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
  const said = stderr
    .split('\n')
    .filter((line) => !/^Running as user|^$/.test(line))
    .join('\n');
  return { rows, said };
};
