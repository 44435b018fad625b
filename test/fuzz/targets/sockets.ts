import { utf8 } from '../../../protocol/bytes.ts';
import { parseRequest } from '../../../runtime/control/requests.ts';
import { type Access, denial, namesOf } from '../../../transports/inspect/access.ts';
import { guestEvent } from '../../../transports/inspect/guests.ts';
import { paceRequest } from '../../../transports/inspect/pace-request.ts';
import { holds, JSON_WORDS, type Target, textOf } from './target.ts';

const json = (...values: readonly object[]): readonly Uint8Array[] =>
  values.map((value) => utf8(JSON.stringify(value)));

export const REQUESTS = json(
  ...['status', 'nodes', 'leave', 'watch', 'backup', 'window.close'].map((verb) => ({ do: verb })),
  { do: 'admit', label: 'TIES1-ABCDEFG' },
  { do: 'session.request', peer: 'N2', mode: 'direct' },
  { do: 'window.open', forS: 60 },
  { do: 'rename', device: '2', name: 'roof' },
  { do: 'inspect', listen: { host: '127.0.0.1', port: 4160 } },
);
const SESSION = { sessionId: 'x:1', rootId: 'x:0', _version: '0.7.2', createdAt: '0' };
export const PROGRAM = json(
  { ...SESSION, type: '@xstate.event', sourceId: 'x:0', event: { type: 'go' } },
  { ...SESSION, type: '@xstate.snapshot', event: {}, snapshot: { status: 'active', value: {} } },
  {
    ...{ ...SESSION, type: '@xstate.actor', name: 'a', parentId: 'x:0' },
    ...{ definition: '{"id":"a"}', snapshot: { status: 'active' } },
  },
);
export const PACE = json({ type: '@ties.pause' }, { type: '@ties.pace', speed: 10 });

const TOKEN = 'a'.repeat(32);
const ACCESS: Access = { names: namesOf('pi.local'), port: 4160, token: TOKEN };
/** Address, host, origin, cookie and authorization, a line each. */
const HEADS = [
  `/live?token=${TOKEN.slice(1)}b\npi.local:4160\nhttp://pi.local:4160\nties-inspect=abc\n`,
  '/\npi.local:4160\n\n\nBearer abc',
].map(utf8);

/** Nobody without the token gets in, whatever his request looks like. */
const denied = (bytes: Uint8Array): unknown => {
  const [path = '/', host = '', origin = '', cookie = '', authorization = ''] =
    textOf(bytes).split('\n');
  const text = `http://localhost${path}`;
  if (!path.startsWith('/') || !URL.canParse(text)) return null;
  const headers = { host, ...(origin && { origin }), cookie, authorization };
  const reason = denial(ACCESS, { url: new URL(text), headers });
  holds(reason !== null || decodeURIComponent(textOf(bytes)).includes(TOKEN), 'let in');
  return reason;
};

/** What is said on the control socket, and to the inspector. */
export const socketTargets: readonly Target[] = [
  {
    name: 'control request',
    take: (bytes) => parseRequest(textOf(bytes)),
    corpus: REQUESTS,
    weight: 15,
    words: JSON_WORDS,
  },
  {
    name: 'inspector, a program',
    take: (bytes) => guestEvent(textOf(bytes), { guest: 'guest 1', atMs: 1, epochMs: 0 }),
    corpus: PROGRAM,
    weight: 25,
    words: JSON_WORDS,
  },
  {
    name: 'inspector, pace',
    take: (bytes) => paceRequest(textOf(bytes)),
    corpus: PACE,
    weight: 15,
    words: JSON_WORDS,
  },
  { name: 'inspector, access', take: denied, corpus: HEADS, weight: 20 },
];
