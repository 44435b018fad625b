import { map, type Observable } from 'rxjs';
import type { Role } from '../config/role.ts';
import { TiesError } from '../protocol/errors.ts';
import { type Answers, flushAnswer } from './control/answers.ts';
import type { News } from './control/news.ts';
import { serveControl } from './control/server.ts';
import type { Daemon, DaemonInput } from './daemon.ts';
import { feedWatchdog, RadioHealth } from './health.ts';
import { openRadio } from './open-radio.ts';
import { flushOnFault, recorded, recordingOf } from './recording.ts';

/** It has no TPM to ask. */
const NO_TPM = { handles: async () => ({ transient: 0, sessions: 0, persistent: 0 }) };

/** A radio that only listens, and what it hears as a trace. It is no member, holds no key and never sends. */
export const startSniffer = async (
  role: Role,
  input: Omit<DaemonInput, 'random'>,
): Promise<Daemon> => {
  const { clock, log, manager, simulated } = input;
  const ends: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  const warn = (trouble: TiesError): void =>
    log.warn({ code: trouble.code, advice: trouble.message }, 'trouble');
  try {
    const recording = recordingOf(role, { failed: warn });
    ends.push(() => recording?.close());
    const opened = await openRadio(role, { clock, simulated, warn });
    const radio = recorded(opened, recording, { ...input, failed: warn });
    ends.push(() => radio.close());
    const health = new RadioHealth(radio.troubles, warn);
    ends.push(() => health.close());
    let frames = 0;
    const counting = radio.receptions.subscribe(() => {
      frames += 1;
    });
    ends.push(() => counting.unsubscribe());
    const news: Observable<News> = radio.receptions.pipe(
      map(({ frame, rssiDbm, snrDb }) => ({ type: 'frame.heard', frame, rssiDbm, snrDb })),
    );
    if (recording !== null)
      ends.push(
        flushOnFault(recording, {
          ...{ clock, radio, news },
          flushed: (path, fault) => log.warn({ path, fault }, 'trace.flushed'),
        }),
      );
    const startedMs = clock.now();
    const answers = snifferAnswers(
      () => ({
        ...{ name: role.name, role: role.role, state: 'listening' },
        upS: Math.floor((clock.now() - startedMs) / 1000),
        radio: health.trouble === null ? 'ok' : health.trouble.code,
        frames,
      }),
      recording,
    );
    ends.push(await serveControl({ path: role.control.socket, clock, answers, news }));
    manager.status(`sniffer ${role.name}: listening`);
    manager.ready();
    ends.push(feedWatchdog({ clock, manager, tpm: NO_TPM, radio: health }));
    ends.push(() => manager.stopping());
    return { failed: new Promise(() => undefined), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const snifferAnswers = (
  status: () => object,
  recording: Parameters<typeof flushAnswer>[0],
): Answers => ({
  status,
  nodes: onlyMember,
  label: onlyMember,
  admit: onlyMember,
  'window.open': onlyMember,
  'window.close': onlyMember,
  'session.request': onlyMember,
  inspect: onlyMember,
  'key.rotate': onlyMember,
  rename: onlyMember,
  revoke: onlyMember,
  leave: onlyMember,
  backup: onlyMember,
  'trace.flush': () => flushAnswer(recording),
});

const onlyMember = (): never => {
  throw new TiesError(
    'CONTROL_NOT_MEMBER',
    'This device is a sniffer, which is no member: ask a node or the Central Entity, by its own --socket.',
  );
};
