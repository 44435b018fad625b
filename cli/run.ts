import { once } from 'node:events';
import { Command } from 'commander';
import { type Logger, pino } from 'pino';
import { isMember, type Role } from '../config/role.ts';
import { inItsOwnTurn, wallClock, wallOrigin } from '../drivers/clock/wall.ts';
import { koffiFfi } from '../drivers/ffi/koffi.ts';
import { systemRandom } from '../drivers/random/system.ts';
import { serviceManager } from '../drivers/systemd/notify.ts';
import { type Failure, startDaemon } from '../runtime/daemon.ts';
import { journalFile } from '../runtime/journal/file.ts';
import type { Journal } from '../runtime/journal/journal.ts';
import { keyLogFile } from '../runtime/key-log.ts';
import { startSniffer } from '../runtime/sniffer.ts';
import { readRole } from './role-file.ts';
import { simulated } from './simulated.ts';

/** What `ties run` exits with; stable. A device that cannot be started is `TiesError`'s 2 as well. */
const EXIT = { stopped: 0, failed: 1, unusable: 2 } as const;
/** A TPM in the middle of an RSA key is not waited for: its lock goes with the process. */
const STOP_LIMIT_MS = 1_500;

/** `ties run`: the daemon of a device. */
export const runCommand = (): Command =>
  new Command('run')
    .description('Run the device of a role file until it is told to stop')
    .requiredOption('--config <file>', 'the role file')
    .option('--journal <file>', 'SECRET: keep all that the device is told, for ties replay')
    .option('--key-log <file>', 'SECRET: write all traffic keys, for Wireshark to open bodies')
    .addHelpText(
      'after',
      '\nExits with 0 when stopped by SIGTERM or SIGINT, 1 when the device failed, 2 when it could ' +
        'not be started.',
    )
    .action(async ({ config, ...kept }: Kept & { readonly config: string }) => {
      process.exitCode = await run(config, kept);
    });

/** Files with secrets in them, each only where it was named. */
interface Kept {
  readonly keyLog?: string;
  readonly journal?: string;
}

const run = async (file: string, { keyLog, journal }: Kept): Promise<number> => {
  const role = readRole(file);
  if (role === null) return EXIT.unusable;
  const log = pino({ level: role.log.level });
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]).then(
    () => null,
  );
  const input = {
    ...{ clock: wallClock, originNs: wallOrigin(), random: systemRandom, log, simulated },
    manager: serviceManager(koffiFfi, process.env),
    ...(keyLog !== undefined && { keyLog: keyLogFile(keyLog).log }),
    ...(journal !== undefined && {
      journaled: { journal: journalOf(journal, role, log), inItsOwnTurn },
    }),
  };
  const daemon = await (isMember(role) ? startDaemon(role, input) : startSniffer(role, input));
  log.info({ role: role.role, device: role.name, control: role.control.socket }, 'daemon.started');
  const failure = await Promise.race([stopped, daemon.failed]);
  const exitCode = failure === null ? EXIT.stopped : EXIT.failed;
  const late = setTimeout(() => leave(exitCode, failure), STOP_LIMIT_MS);
  await daemon.stop();
  clearTimeout(late);
  return leave(exitCode, failure);
};

const journalOf = (path: string, { role, name }: Role, log: Logger): Journal =>
  journalFile(path, `${role} ${name}`, ({ code, message }) =>
    log.error({ code, advice: message }, 'journal.ended'),
  ).journal;

/** The last line says what to do; what is still open ends with the process. */
const leave = (exitCode: number, failure: Failure | null): never => {
  if (failure !== null) process.stderr.write(`${failureLine(failure)}\n`);
  process.exit(exitCode);
};

const failureLine = ({ reason, advice }: Failure): string =>
  `${reason}: ${advice ?? `Type: ties explain ${reason}`}`;
