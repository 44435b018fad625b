import { expect, test } from 'vitest';
import { type Access, denial, namesOf } from './access.ts';

const loopback: Access = { names: namesOf('127.0.0.1'), port: 4160, token: null };
const field: Access = {
  names: namesOf('0.0.0.0', ['pi.local', 'fe80::1']),
  port: 443,
  token: 'a-token',
};

test.each([
  [loopback, '127.0.0.1:4160', null],
  [loopback, 'LOCALHOST:4160', null],
  [loopback, '[::1]:4160', null],
  [loopback, 'localhost', 'host'],
  [loopback, 'localhost:4161', 'host'],
  [loopback, 'localhost.evil.example:4160', 'host'],
  [loopback, '127.0.0.1:4160@evil.example', 'host'],
  [loopback, '', 'host'],
  [field, 'pi.local', 'token'],
  [field, 'pi.local:443', 'token'],
  [field, '[fe80::1]:443', 'token'],
  [field, '127.0.0.1', 'host'],
])('%o is asked as %s: %s', (access, host, reason) => {
  expect(denial(access, { url: new URL('http://x/'), headers: { host } })).toBe(reason);
});
