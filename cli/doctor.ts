import { Command } from 'commander';
import { type Role, roleSchema } from '../config/role.ts';
import { type Diagnosis, examine, type Level } from '../runtime/doctor/check.ts';
import { CHECKS } from '../runtime/doctor/checks.ts';
import { type Host, raspberryPi } from '../runtime/doctor/host.ts';
import { thisHost } from './doctor/host.ts';
import { readRole } from './role-file.ts';

/** What `ties doctor` exits with; stable. */
const EXIT = { well: 0, ill: 1, unusable: 2 } as const;

interface Options {
  readonly config?: string;
  readonly json: boolean;
}

/** `ties doctor`: whether this machine can carry a device, and how to mend what is in the way. */
export const doctorCommand = (
  hostOf: (role: Role) => Host = ({ tpm }) => thisHost(tpm.ffi),
): Command =>
  new Command('doctor')
    .description('Look whether this machine can carry a device, and say how to mend what is not so')
    .option('--config <file>', 'the role file; without it, what a node on a Raspberry Pi needs')
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText(
      'after',
      '\nExits with 0 where nothing failed, 1 where something did, 2 where the role file is faulty.',
    )
    .action(async (options: Options) => {
      process.exitCode = await doctor(options, hostOf);
    });

const doctor = async ({ config, json }: Options, hostOf: (role: Role) => Host): Promise<number> => {
  const given = config === undefined ? undefined : readRole(config);
  if (given === null) return EXIT.unusable;
  const host = hostOf(given ?? ON_A_PI);
  const isPi = raspberryPi(host) !== null;
  const role = needed(given ?? (isPi ? ON_A_PI : ELSEWHERE));
  const about = given === undefined ? (isPi ? 'pi' : 'elsewhere') : 'role';
  const checks = await examine(CHECKS, host, role);
  const isWell = checks.every(({ level }) => level !== 'fail');
  const lines = json
    ? [JSON.stringify({ ok: isWell, about: ABOUT[about], checks })]
    : [`For ${ABOUT[about]}:`, ...checks.flatMap(diagnosisLines), summary(checks)];
  process.stdout.write(`${lines.join('\n')}\n`);
  return isWell ? EXIT.well : EXIT.ill;
};

/** What the machine was looked at for. */
const ABOUT = {
  role: 'the device of the role file',
  pi: 'a node with TPM, radio and sensor, as no role file was given (--config)',
  elsewhere: 'a simulated device, as this is no Raspberry Pi and no role file was given (--config)',
} as const;

const ON_A_PI = roleSchema.parse({ role: 'node', name: 'this device' });
/** On any other machine only simulated devices can be meant. */
const ELSEWHERE = roleSchema.parse({
  ...{ role: 'node', name: 'this device' },
  tpm: { driver: 'model' },
  radio: { driver: 'socket', path: '/run/ties/air.sock' },
});

/** Of a sniffer all but its radio and the disk for its traces is left out. */
const needed = (role: Role): Role =>
  role.role === 'sniffer' && role.trace !== undefined
    ? { ...role, tpm: ELSEWHERE.tpm, store: { directory: role.trace.directory } }
    : role;

const diagnosisLines = ({ level, what, found, fix }: Diagnosis): string[] => [
  `${level.padEnd(5)} ${what}: ${found}`,
  ...(fix === null ? [] : [`      ${fix}`]),
];

const summary = (checks: readonly Diagnosis[]): string => {
  const count = (wanted: Level): number => checks.filter(({ level }) => level === wanted).length;
  return `${count('fail')} failed, ${count('warn')} to be looked at, ${count('ok')} well, ${count('skip')} not needed here`;
};
