import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import { toHex, utf8 } from '../../../protocol/bytes.ts';
import type { Answers } from '../../../runtime/control/answers.ts';
import { parseRequest } from '../../../runtime/control/requests.ts';
import { serveControl } from '../../../runtime/control/server.ts';
import { HeapClock } from '../../../simulations/heap-clock.ts';
import { type Dice, mutated } from '../mutate.ts';
import { silent, type Tell } from '../progress.ts';
import { REQUESTS } from '../targets/sockets.ts';
import { JSON_WORDS } from '../targets/target.ts';

/** What a device can be asked, as its messages here say it. */
const VERBS = REQUESTS.map((request) => JSON.parse(Buffer.from(request).toString()).do as unknown);
const isWhole = (request: object): boolean => VERBS.includes((request as { do?: unknown }).do);
const LINE = utf8('\n');

/** These bytes on a connection of their own, and what is answered until it ends. */
const said = (path: string, bytes: Uint8Array): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect(path, () => socket.end(bytes));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      // A watcher is told for as long as it likes.
      if (text.includes('\n')) socket.destroy();
    });
    socket.on('error', () => undefined).on('close', () => resolve(text));
  });

/**
 * Requests changed in every way, on the daemon's own socket: each has an answer, nothing is asked
 * of the device but what a whole request says, and the next one is served.
 */
export const attackControl = async (
  dice: Dice,
  inputs: number,
  tell: Tell = silent,
): Promise<readonly string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'ties-fuzz-'));
  const path = join(folder, 'control.sock');
  const wrong: string[] = [];
  let asked: object[] = [];
  const answers = new Proxy({} as Answers, {
    get: () => (request: object) => {
      asked.push(request);
      return {};
    },
  });
  const stop = await serveControl({ path, clock: new HeapClock(), answers, news: new Subject() });
  try {
    for (let at = 0; at < inputs; at += 1) {
      tell(at);
      asked = [];
      const request = mutated(dice, dice.of(REQUESTS), dice.of(REQUESTS), JSON_WORDS);
      const bytes = Uint8Array.from([...request, ...LINE]);
      const answer = await said(path, bytes);
      const first = parseRequest(Buffer.from(bytes).toString().split('\n')[0] as string);
      const expected = first === null || first.do === 'watch' ? [] : [first];
      const isAnswered =
        answer.endsWith('\n') && 'ok' in JSON.parse(answer.split('\n')[0] as string);
      if (
        !isAnswered ||
        !asked.every(isWhole) ||
        JSON.stringify(asked) !== JSON.stringify(expected)
      )
        wrong.push(`${toHex(bytes)}: ${answer}, asked ${JSON.stringify(asked)}`);
    }
    const last = await said(path, utf8('{"do":"status"}\n'));
    if (last !== '{"ok":true,"answer":{}}\n') wrong.push(`afterwards: ${last}`);
  } finally {
    await stop();
    rmSync(folder, { recursive: true });
  }
  return wrong;
};
