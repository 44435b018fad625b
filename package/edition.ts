import { readFileSync } from 'node:fs';
import { command } from './command.ts';

/** Which state of the source a package is of. */
export interface Edition {
  readonly version: string;
  /** When it was committed: the only date in a package, so that the same source makes the same bytes. */
  readonly epochS: number;
}

/**
 * The version of package.json where its tag is on the commit. Any other commit comes before it, and
 * later ones after earlier, as dpkg compares: `0.1.0~20260102T030405.1a2b3c4d`.
 */
export const versionOf = (
  version: string,
  commit: { readonly tags: readonly string[]; readonly epochS: number; readonly hash: string },
): string => {
  if (commit.tags.includes(`v${version}`)) return version;
  const at = new Date(commit.epochS * 1000).toISOString().replace(/[-:]|\.\d+Z/g, '');
  return `${version}~${at}.${commit.hash}`;
};

/** The commit that is checked out. */
export const edition = (): Edition => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const git = (...args: string[]): string => command('git', args).trim();
  const epochS = Number(process.env.SOURCE_DATE_EPOCH ?? git('log', '-1', '--format=%ct'));
  const tags = git('tag', '--points-at', 'HEAD').split('\n');
  const hash = git('rev-parse', '--short=8', 'HEAD');
  return { version: versionOf(version, { tags, epochS, hash }), epochS };
};
