import { expect, test } from 'vitest';
import { objections } from './objections.ts';

const FINE = { license: 'MIT', resolved: 'https://registry.npmjs.org/a.tgz', integrity: 'sha512-' };
const against = (entry: object, allowed: Record<string, boolean> = {}) =>
  objections({ packages: { '': {}, 'node_modules/a': { ...FINE, ...entry } } }, allowed);

test.each([
  ['nothing', {}, {}, []],
  ['one of two licences', { license: '(EPL-2.0 OR Apache-2.0)' }, {}, []],
  ['a script that was decided on', { hasInstallScript: true }, { a: false }, []],
  ['a tool of another licence', { license: 'MPL-2.0', dev: true }, {}, []],
])('nothing is said against %s', (_, entry, allowed, found) => {
  expect(against(entry, allowed)).toEqual(found);
});

test.each([
  ['a licence', { license: 'GPL-3.0' }, {}, 'its licence, GPL-3.0,'],
  ['a licence of what is shipped', { license: 'MPL-2.0' }, {}, 'its licence, MPL-2.0,'],
  ['a licence with another', { license: 'MIT AND GPL-3.0' }, {}, 'its licence'],
  ['another source', { resolved: 'git+https://example.org/a' }, {}, 'it comes from'],
  ['no digest', { integrity: undefined }, {}, 'it has no SHA-512 digest'],
  ['a weak digest', { integrity: 'sha1-' }, {}, 'it has no SHA-512 digest'],
  ['a script', { hasInstallScript: true }, {}, 'nobody decided on its install script'],
  ['an old decision', {}, { a: true }, 'allowed a script, and has none'],
])('something is said against %s', (_, entry, allowed, what) => {
  expect(against(entry, allowed)).toEqual([expect.stringContaining(what)]);
});
