import { expect, test } from 'vitest';
import { packagesOf } from './npm-packages.ts';

test.each([
  ['node_modules/zod/index.js', ['zod']],
  ['../../main/node_modules/@pinojs/redact/lib/a.js', ['@pinojs/redact']],
  ['node_modules/lmdb/node_modules/msgpackr/pack.js', ['lmdb/node_modules/msgpackr']],
  ['node_modules/@a/b/node_modules/@c/d/e.js', ['@a/b/node_modules/@c/d']],
  ['dist/cli/ties.js', []],
])('%s is of %j', (file, expected) => {
  expect(packagesOf([file, file])).toEqual(expected);
});
