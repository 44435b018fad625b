import type { Subscription } from 'rxjs';
import { atMostEvery } from '../actors/at-most-every.ts';
import type { Role } from '../config/role.ts';
import type { Clock } from '../drivers/clock/interface.ts';
import type { Radio } from '../drivers/radio/interface.ts';
import type { TiesError } from '../protocol/errors.ts';
import { TraceFolder } from '../transports/trace/files.ts';
import { recordedRadio } from '../transports/trace/recorded-radio.ts';
import { type Recording, recordToFolder, recordToRing } from '../transports/trace/recordings.ts';
import { TraceWriter } from '../transports/trace/writer.ts';
import type { News } from './control/news.ts';

/** A fault that comes again and again shall not push the first one's trace out. */
const FLUSH_EVERY_MS = 60_000;
const FAULTS: ReadonlySet<string> = new Set(['node.failed', 'center.failed', 'child.restarted']);

export interface RecordingInput {
  readonly clock: Clock;
  /** When the clock's 0 was, in nanoseconds since 1970, as far as is known now. */
  originNs(): bigint;
  /** A disk that does not take it. */
  failed(fault: TiesError): void;
}

/** The recording that a role asks for, or null. */
export const recordingOf = (
  { role, name, trace }: Role,
  { failed }: Pick<RecordingInput, 'failed'>,
): Recording | null => {
  if (trace === undefined) return null;
  const { directory, keep, memoryKb, fileMb, files, loratap } = trace;
  const section = { application: 'ties', comment: `recorded by ${role} ${name}` };
  const writer = new TraceWriter(section, loratap === '1' ? 1 : 0);
  const folder = new TraceFolder(directory, files);
  return keep === 'all'
    ? recordToFolder({ folder, writer, fileBytes: fileMb * 1024 * 1024, failed })
    : recordToRing(memoryKb * 1024, { folder, writer, failed });
};

/** The same radio, recorded where there is a recording. */
export const recorded = (
  radio: Radio,
  recording: Recording | null,
  { clock, originNs }: RecordingInput,
): Radio =>
  recording === null ? radio : recordedRadio({ radio, clock, originNs, sink: recording });

/** Let every fault bring what led to it onto the disk. Returns how to stop that. */
export const flushOnFault = (
  recording: Recording,
  input: {
    readonly clock: Clock;
    readonly radio: Pick<Radio, 'troubles'>;
    readonly news: { subscribe(watch: (news: News) => void): Subscription };
    /** Where it is, and after which fault. */
    flushed(path: string, fault: string): void;
  },
): (() => void) => {
  const may = atMostEvery(input.clock, FLUSH_EVERY_MS);
  const flush = (fault: string): void => {
    const path = may('flush') ? recording.flush() : null;
    if (path !== null) input.flushed(path, fault);
  };
  const watching = input.news.subscribe(({ type }) => {
    if (FAULTS.has(type)) flush(type);
  });
  watching.add(input.radio.troubles.subscribe(({ code }) => flush(code)));
  return () => watching.unsubscribe();
};
