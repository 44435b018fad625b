import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Manifest } from './manifest.ts';
import type { Row } from './run-log.ts';
import type { Value } from './scenario.ts';

type Held = Value | null;

/** A column for the run, its repeat, its seed, each parameter, each output and the time it took. */
const columnsOf = (rows: readonly Row[]): Map<string, readonly Held[]> => {
  const names = (of: 'parameters' | 'outputs'): string[] => [
    ...new Set(rows.flatMap((row) => Object.keys(row[of]))),
  ];
  return new Map<string, readonly Held[]>([
    ...(['run', 'repeat', 'seed'] as const).map(
      (name) => [name, rows.map((row) => row[name])] as const,
    ),
    ...names('parameters').map(
      (name) => [name, rows.map(({ parameters }) => parameters[name] ?? null)] as const,
    ),
    ...names('outputs').map(
      (name) => [name, rows.map(({ outputs }) => outputs[name] ?? null)] as const,
    ),
    ['runWallMs', rows.map(({ wallMs }) => wallMs)],
  ]);
};

const field = (held: Held): string => {
  const text = held === null ? '' : String(held);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180, a line for each run; empty where there is no value. */
export const csvOf = (rows: readonly Row[]): string => {
  const columns = columnsOf(rows);
  const lines = rows.map((_, at) =>
    [...columns.values()].map((column) => field(column[at] as Held)).join(','),
  );
  return [[...columns.keys()].map(field).join(','), ...lines, ''].join('\r\n');
};

const WHOLE_NUMBERS = new Set(['run', 'repeat', 'seed', 'runWallMs']);

/** The same as Apache Parquet; all numbers are doubles, so that no column changes its type. */
export const parquetOf = (rows: readonly Row[], manifest: Manifest): Uint8Array => {
  const columnData = [...columnsOf(rows)].map(([name, held]) => {
    const known = held.filter((value) => value !== null);
    const type = WHOLE_NUMBERS.has(name)
      ? ('INT32' as const)
      : known.every((value) => typeof value === 'number')
        ? ('DOUBLE' as const)
        : known.every((value) => typeof value === 'boolean')
          ? ('BOOLEAN' as const)
          : ('STRING' as const);
    return { name, type, data: type === 'STRING' ? held.map(textOf) : [...held] };
  });
  const kvMetadata = [{ key: 'ties.manifest', value: JSON.stringify(manifest) }];
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata, createdBy: 'ties' }));
};

const textOf = (held: Held): string | null => (held === null ? null : String(held));
