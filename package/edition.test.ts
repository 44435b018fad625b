import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { versionOf } from './edition.ts';

const at = (epochS: number, tags: readonly string[] = []): string =>
  versionOf('0.2.0', { tags, epochS, hash: '1a2b3c4d' });

test('commits are ordered by their time, and before the release', () => {
  const ordered = [
    '0.1.0',
    at(1_767_323_045),
    at(1_767_323_046),
    at(1_767_400_000, ['v0.2.0']),
    '0.2.1',
  ];
  expect(ordered[1]).toBe('0.2.0~20260102T030405.1a2b3c4d');
  for (const [index, version] of ordered.slice(1).entries())
    expect(
      spawnSync('dpkg', ['--compare-versions', ordered[index] as string, 'lt', version]).status,
    ).toBe(0);
});

test('the tag of another version is none', () => {
  expect(at(1_767_323_045, ['v0.1.0'])).toContain('~');
});
