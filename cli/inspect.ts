import { once } from 'node:events';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { wallClock } from '../drivers/clock/wall.ts';
import type { InspectorPlace } from '../runtime/inspector.ts';
import { builtPage } from '../transports/inspect/page.ts';
import { type Listen, serveInspector } from '../transports/inspect/server.ts';
import { ask } from './control-client.ts';
import { DEFAULT_SOCKET } from './control-socket.ts';
import { INSPECT_PORT } from './demo-inspector.ts';
import { recordedRun } from './inspect/recorded-run.ts';
import { EXIT_TEXT, operate } from './operate.ts';

interface Options {
  readonly socket: string;
  readonly json: boolean;
  readonly listen: Listen;
  readonly cert?: string;
  readonly key?: string;
  readonly stately: boolean;
}

/** `4160`, `0.0.0.0:4160`, `[::1]:4160`, or a path. */
const listenAt = (text: string): Listen => {
  if (text.startsWith('/')) return { path: text };
  const [, host, bare, port] = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new InvalidArgumentError('Give such as 4160, 0.0.0.0:4160 or /run/ties/inspect.sock.');
  return { host: host ?? bare ?? '127.0.0.1', port: Number(port) };
};

/** `ties inspect`: the machines of a daemon, or of a recorded run, in a browser. */
export const inspectCommand = (): Command =>
  new Command('inspect')
    .description(
      'Show the state machines of the running daemon, or of a recorded run, in a browser',
    )
    .argument('[file]', 'a run that the page saved, a journal, or a trace; gzipped or not')
    .option('--socket <path>', 'control socket of the daemon', DEFAULT_SOCKET)
    .option(
      '--listen <address>',
      'where to serve the page; who reads from another machine needs the token that is told here',
      listenAt,
      { host: '127.0.0.1', port: INSPECT_PORT } as Listen,
    )
    .option('--cert <file>', 'certificate for HTTPS, in PEM')
    .option('--key <file>', 'its key')
    .option('--stately', 'offer the viewer of stately.ai too, for who is online', false)
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText('after', `\n${EXIT_TEXT}`)
    .action((file: string | undefined, options: Options) =>
      file === undefined ? ofDaemon(options) : ofFile(file, options),
    );

const shown = (url: string, { stately }: Options): string => (stately ? `${url}#stately` : url);

const ofDaemon = (options: Options): Promise<void> => {
  const { socket, json, listen, cert, key } = options;
  const tls =
    cert === undefined || key === undefined
      ? {}
      : { tls: { cert: resolve(cert), key: resolve(key) } };
  const place: InspectorPlace = { listen, ...tls };
  return operate(json, {
    answer: async () => {
      const { url } = await ask<{ url: string }>(socket, { do: 'inspect', ...place });
      return { url: shown(url, options) };
    },
    text: ({ url }) => `Open ${url} in a browser.`,
  });
};

const ofFile = async (file: string, options: Options): Promise<void> => {
  const hub = await recordedRun(file);
  const server = await serveInspector({
    ...{ hub, page: builtPage(), listen: options.listen, token: null, clock: wallClock },
    tell: ({ type, reason }) => process.stderr.write(`${type}: ${reason}\n`),
  });
  process.stdout.write(`Open ${shown(server.url, options)} in a browser; Ctrl-C ends this.\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
};
