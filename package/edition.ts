import { readFileSync } from 'node:fs';
import { command } from './command.ts';

/** Which state of the source a package is of. */
export interface Edition {
  readonly version: string;
  /** When it was committed: the only date in a package, so that the same source makes the same bytes. */
  readonly epochS: number;
}

/**
 * The version of package.json where its tag is on this commit. Any other commit comes before it, and
 * later ones after earlier: `0.1.0~20260102T030405.1a2b3c4d`.
 */
export const edition = (): Edition => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const git = (...args: string[]): string => command('git', args).trim();
  const epochS = Number(process.env.SOURCE_DATE_EPOCH ?? git('log', '-1', '--format=%ct'));
  if (git('tag', '--points-at', 'HEAD').split('\n').includes(`v${version}`))
    return { version, epochS };
  const at = new Date(epochS * 1000).toISOString().replace(/[-:]|\.\d+Z/g, '');
  return { version: `${version}~${at}.${git('rev-parse', '--short=8', 'HEAD')}`, epochS };
};
