import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '../../../drivers/clock/wall.ts';
import { concat, toHex, utf8 } from '../../../protocol/bytes.ts';
import { Hub } from '../../../transports/inspect/hub.ts';
import { serveInspector } from '../../../transports/inspect/server.ts';
import { type Dice, mutated } from '../mutate.ts';
import { silent, type Tell } from '../progress.ts';
import { PACE, PROGRAM } from '../targets/sockets.ts';

const TOKEN = 'x'.repeat(32);

/** A frame of a client (RFC 6455, §5.2), its mask all zero. */
const frame = (opcode: number, payload: Uint8Array): Uint8Array => {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return concat(Uint8Array.of(0x80 | opcode, ...size, 0, 0, 0, 0), payload);
};

const upgrade = (path: string, more = ''): Uint8Array =>
  utf8(
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${more}\r\n`,
  );

/** Opcodes: continuation, text, binary, close, ping, pong. */
const FRAMES = [
  ...[...PACE, ...PROGRAM].map((text) => frame(1, text)),
  ...[0, 2, 8, 9, 10].map((opcode) => frame(opcode, utf8('{"type":"@ties.pause"}'))),
  frame(1, new Uint8Array(300).fill(0x20)),
];
const UPGRADES = [
  upgrade('/live', 'Origin: http://localhost\r\n'),
  upgrade(`/live?token=${TOKEN.slice(1)}`, 'Cookie: ties-inspect=abc\r\n'),
  upgrade('/', 'Authorization: Bearer abc\r\n'),
];

/** What is answered to these bytes until the server hangs up, or has had the time to answer. */
const said = (path: string, ...pieces: readonly Uint8Array[]): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect(path, () => {
      for (const piece of pieces) socket.write(piece);
      socket.end();
    });
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => undefined).on('close', () => resolve(text));
  });

/**
 * The inspector's server, on bytes: nobody is let in without the token, and who is let in and says
 * what is no WebSocket, or no message, harms nobody else.
 */
export const attackInspector = async (
  dice: Dice,
  inputs: number,
  tell: Tell = silent,
): Promise<readonly string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'ties-fuzz-'));
  const path = join(folder, 'inspector.sock');
  const wrong: string[] = [];
  const hub = new Hub({ title: 'fuzz', clock: { now: () => 0 }, epochMs: 0, detail: 'always' });
  const inspector = await serveInspector({
    ...{ hub, listen: { path }, token: TOKEN, clock: wallClock },
    page: new Map([['/index.html', { type: 'text/html', gzipped: Buffer.from('page') }]]),
    ask: () => undefined,
    tell: () => undefined,
  });
  try {
    for (let at = 0; at < inputs; at += 1) {
      tell(at);
      const isOutside = at % 2 === 0;
      const known = isOutside ? UPGRADES : FRAMES;
      const bytes = mutated(dice, dice.of(known), dice.of(known));
      const answer = isOutside
        ? await said(path, bytes, dice.of(FRAMES))
        : await said(path, upgrade(`/live?token=${TOKEN}`), bytes);
      const isIn = /^HTTP\/1\.1 (101|200)/.test(answer);
      if (isIn === isOutside) wrong.push(`${toHex(bytes)}: ${answer.slice(0, 100)}`);
    }
  } finally {
    await inspector.close();
    rmSync(folder, { recursive: true });
  }
  return wrong;
};
