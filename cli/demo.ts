import { Command, Option } from 'commander';
import type { FfiName } from '../drivers/ffi/by-name.ts';
import { type PresetName, presets } from '../protocol/lora/presets.ts';
import { journalFile } from '../runtime/journal/file.ts';
import { keyLogFile } from '../runtime/key-log.ts';
import { traceAir } from '../simulations/air-trace.ts';
import { Chronicle } from '../simulations/chronicle.ts';
import { everyday } from '../simulations/everyday.ts';
import { MainJob, type MainJobResult } from '../simulations/main-job.ts';
import { type SuitePlanName, suitePlans } from '../simulations/suite-plan.ts';
import { isSwtpmInstalled } from '../simulations/swtpm/process.ts';
import type { TpmKind, TpmProfileName } from '../simulations/tpm-supply.ts';
import { World } from '../simulations/world.ts';
import { type Recording, recordToFile } from '../transports/trace/recordings.ts';
import { TraceWriter } from '../transports/trace/writer.ts';
import { integer, seed, share, speed } from './arguments.ts';
import { type DemoInspector, demoInspector, INSPECT_PORT } from './demo-inspector.ts';
import { compareWithPaper } from './paper-table.ts';
import { stepLines } from './timeline.ts';

interface DemoOptions {
  readonly nodes: number;
  readonly tpm?: TpmKind;
  readonly ffi: FfiName;
  readonly suite: SuitePlanName;
  readonly ktc: 'direct' | 'indirect';
  readonly profile: TpmProfileName;
  readonly preset: PresetName;
  readonly loss: number;
  readonly seed: number;
  readonly trace?: string;
  readonly keyLog?: string;
  readonly journal?: string;
  readonly json: boolean;
  readonly inspect?: number | true;
  readonly speed: number;
}

const MAX_NODES = 200;

/** `ties demo`: a whole network in a few seconds, with a timeline and a last line of figures. */
export const demoCommand = (): Command =>
  new Command('demo')
    .description('Run a Central Entity and some nodes over a simulated radio, on real TPM 2.0s')
    .option('--nodes <n>', 'nodes besides the Central Entity', integer(1, MAX_NODES), 3)
    .addOption(
      new Option('--tpm <kind>', 'swtpm where it is installed, else the model').choices([
        'swtpm',
        'model',
      ]),
    )
    .addOption(
      new Option('--ffi <name>', 'what calls tpm2-tss, where the TPM is swtpm')
        .choices(['koffi', 'ffi-napi'])
        .default('koffi'),
    )
    .addOption(
      new Option('--suite <name>', 'storage keys: P-256, RSA-2048 (the paper) or both')
        .choices(Object.keys(suitePlans))
        .default('p256'),
    )
    .addOption(
      new Option('--ktc <method>', 'how a session key reaches the peer')
        .choices(['direct', 'indirect'])
        .default('direct'),
    )
    .addOption(
      new Option('--profile <name>', 'what the TPM can do and how fast it is')
        .choices(['full', 'slb9670'])
        .default('slb9670'),
    )
    .addOption(
      new Option('--preset <name>', 'radio channel and modulation')
        .choices(Object.keys(presets))
        .default('default'),
    )
    .option('--loss <share>', 'share of frames lost at each receiver', share, 0)
    .option('--seed <n>', 'the same seed gives the same run', seed, 1)
    .option('--trace <file>', 'record the air as pcapng, for ties trace show and Wireshark')
    .option('--journal <file>', 'SECRET: keep all that devices are told, for ties replay')
    .option('--key-log <file>', 'SECRET: write all traffic keys, for Wireshark to open bodies')
    .option(
      '--inspect [port]',
      `serve the inspector at 127.0.0.1:${INSPECT_PORT}, begin when it is opened, run on until interrupted`,
      integer(0, 65_535),
    )
    .option('--speed <n>', 'virtual seconds in one, with --inspect', speed, 1)
    .option('--json', 'end with one line of JSON', false)
    .action(async (options: DemoOptions) => {
      process.exitCode = (await runDemo(options)) ? 0 : 1;
    });

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function runDemo(options: DemoOptions): Promise<boolean> {
  const { nodes, ffi, suite, ktc, profile, preset, loss, seed, json } = options;
  const tpm = options.tpm ?? (isSwtpmInstalled() ? 'swtpm' : 'model');
  for (const line of heading({ ...options, tpm })) print(line);

  const recording = options.trace === undefined ? null : recordDemo(options.trace, options);
  const keys = options.keyLog === undefined ? null : keyLogFile(options.keyLog);
  const journal = options.journal === undefined ? null : journalDemo(options.journal, options);
  const inspector = await inspectorOf(options);
  let chronicle: Chronicle | null = null;
  const world = await World.create({
    ...{ nodes, tpm, ffi, profile, preset, loss, seed, suite: suitePlans[suite] },
    ...(keys && { keyLog: keys.log }),
    ...(journal && { journal: journal.journal }),
    watch: (sighting) => chronicle?.noteSighting(sighting),
    tpmEnded: (device, timing) => chronicle?.noteTpm(device, timing),
    ...inspector?.options,
  });
  try {
    chronicle = new Chronicle(world.air);
    if (recording !== null) traceAir(world.medium.transmissions, recording);
    const job = new MainJob(world, chronicle, {
      mode: ktc,
      ended: (step) => stepLines(step).forEach(print),
    });
    const result = await job.run();
    for (const line of compareWithPaper(result, chronicle)) print(line);
    const ok = succeeded(result, nodes);
    if (json) print(JSON.stringify({ ok, tpm, suite, ktc, profile, nodes, ...result }));
    else print(ok ? 'All of it happened.' : 'Not all of it happened.');
    if (inspector !== null) await lookOn(world, inspector);
    return ok;
  } finally {
    await world.close();
    recording?.close();
    keys?.close();
    journal?.close();
    await inspector?.close();
  }
}

const journalDemo = (path: string, { nodes, seed }: DemoOptions) =>
  journalFile(path, `ties demo, ${nodes} nodes, seed ${seed}`, ({ code, message }) =>
    process.stderr.write(`${code}: ${message}\n`),
  );

const recordDemo = (path: string, { nodes, seed }: DemoOptions): Recording =>
  recordToFile(
    path,
    new TraceWriter(
      {
        application: 'ties',
        comment: `ties demo, ${nodes} nodes, seed ${seed}; virtual time, from the beginning of the world`,
      },
      0,
    ),
  );

/** The inspector, once somebody has opened it. */
async function inspectorOf({ inspect, speed, nodes }: DemoOptions): Promise<DemoInspector | null> {
  if (inspect === undefined) return null;
  const port = inspect === true ? INSPECT_PORT : inspect;
  const inspector = await demoInspector({ port, speed, title: `Demo of ${nodes} nodes` });
  print(`\nOpen ${inspector.url} in a browser: the demo begins then.`);
  await inspector.opened();
  return inspector;
}

/** The network goes about its day until the user has seen enough. */
async function lookOn(world: World, inspector: DemoInspector): Promise<void> {
  print(`It goes on at ${inspector.url} until you type Ctrl-C.`);
  everyday(world);
  await Promise.race([world.clock.runUntil(() => false), inspector.left()]);
}

const succeeded = ({ joins, sessions, readings }: MainJobResult, nodes: number): boolean =>
  joins.length === nodes &&
  joins.every(({ ms }) => ms !== null) &&
  sessions.length === (nodes > 1 ? nodes : 0) &&
  sessions.every(({ confirmed }) => confirmed) &&
  readings.received === readings.sent;

const STORAGE_KEYS: Readonly<Record<SuitePlanName, string>> = {
  p256: 'P-256',
  rsa2048: 'RSA-2048',
  mixed: 'RSA-2048 at the center, both kinds at the nodes',
};

function heading(options: DemoOptions & { tpm: TpmKind }): string[] {
  const { frequencyHz, spreadingFactor, bandwidthHz } = presets[options.preset];
  const { tpm, ffi, nodes, loss } = options;
  const through = tpm === 'swtpm' ? ` through ${ffi}` : '';
  const chosen = options.tpm === 'model' && !isSwtpmInstalled() ? ' (swtpm is not installed)' : '';
  const chip =
    options.profile === 'slb9670'
      ? 'held to the SLB 9670, at its modelled speed'
      : 'all its commands, at its own speed';
  return [
    `TIES: one Central Entity and ${nodes} node${nodes === 1 ? '' : 's'}, virtual time`,
    `TPM    ${tpm}${through}${chosen}, ${chip}, ${STORAGE_KEYS[options.suite]}`,
    `radio  ${frequencyHz / 1e6} MHz, SF${spreadingFactor}, ${bandwidthHz / 1000} kHz, ${Math.round(loss * 100)} % of frames lost`,
  ];
}
