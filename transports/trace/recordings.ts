import type { TiesError } from '../../protocol/errors.ts';
import { GrowingFile, type TraceFolder } from './files.ts';
import type { TracedFrame, TraceSink } from './frame.ts';
import { BlockRing } from './ring.ts';
import type { TraceWriter } from './writer.ts';

export interface Recording extends TraceSink {
  /** Bring what was recorded so far into a file of its own; its path, or null where there is nothing. */
  flush(): string | null;
  close(): void;
}

/** Into one file, however long it gets. Throws `TRACE_UNWRITABLE`. */
export const recordToFile = (path: string, writer: TraceWriter): Recording => {
  const file = new GrowingFile(path);
  file.append(writer.header());
  return {
    record: (frame) => file.append(blocksOf(writer, frame)),
    flush: () => path,
    close: () => file.close(),
  };
};

export interface FolderInput {
  readonly folder: Pick<TraceFolder, 'next'>;
  readonly writer: TraceWriter;
  /** A file is full from here on. */
  readonly fileBytes: number;
  /** Told once when the disk does not take it; frames are lost until it does again. */
  readonly failed: (fault: TiesError) => void;
}

/** Into files that take turns. A disk that fails costs frames, never the device. */
export const recordToFolder = ({ folder, writer, fileBytes, failed }: FolderInput): Recording => {
  let file: GrowingFile | null = null;
  const guarded = tellingOnce(failed);
  const end = (): string | null => {
    const path = file?.path ?? null;
    const ending = file;
    file = null;
    ending?.close();
    return path;
  };
  const append = (frame: TracedFrame): void => {
    const blocks = blocksOf(writer, frame);
    if (file === null) {
      file = folder.next();
      file.append([...writer.header(), ...blocks.slice(-1)]);
    } else file.append(blocks);
    if (file.bytes >= fileBytes) end();
  };
  return {
    record: (frame) =>
      guarded(() => {
        try {
          append(frame);
        } catch (fault) {
          // Half a block does no harm at the end of a file; in its middle it would.
          end();
          throw fault;
        }
      }),
    flush: () => guarded(end) ?? null,
    close: () => void guarded(end),
  };
};

/** Into memory; a flush puts the latest minutes into a file. */
export const recordToRing = (
  ringBytes: number,
  { folder, writer, failed }: Omit<FolderInput, 'fileBytes'>,
): Recording => {
  const ring = new BlockRing(ringBytes);
  const guarded = tellingOnce(failed);
  return {
    record: (frame) => ring.push(writer.write(frame).packet),
    flush: () => {
      if (ring.bytes === 0) return null;
      const flushed = guarded(() => {
        const file = folder.next();
        file.append([...writer.header(), ...ring.take()]);
        file.close();
        return file.path;
      });
      return flushed ?? null;
    },
    close: () => undefined,
  };
};

const blocksOf = (writer: TraceWriter, frame: TracedFrame): Uint8Array[] => {
  const { channel, packet } = writer.write(frame);
  return channel === null ? [packet] : [channel, packet];
};

/** Tells of a fault, and not again before something went well. */
const tellingOnce = (failed: (fault: TiesError) => void) => {
  let isTold = false;
  return <T>(act: () => T): T | undefined => {
    try {
      const done = act();
      isTold = false;
      return done;
    } catch (fault) {
      if (!isTold) failed(fault as TiesError);
      isTold = true;
      return undefined;
    }
  };
};
