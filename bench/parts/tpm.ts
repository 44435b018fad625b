import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { EsysContext, struct, u16, u32 } from '../../drivers/tpm/esapi/context.ts';
import { loadLibraries } from '../../drivers/tpm/esapi/libraries.ts';
import { isSwtpmInstalled, startSwtpm } from '../../simulations/swtpm/process.ts';
import { median, type Part, skipped } from './part.ts';

const CALLS = 500;
const PROCESSES = 15;
const NONE = 0xfff;
/** ESYS_TR_RH_NULL, which Esys_Hash takes since tpm2-tss 3.0. */
const NULL_HIERARCHY = 0x107;
const SHA256 = 0xb;
const DATA = new Uint8Array(256);

const medianOf = async (count: number, act: () => unknown): Promise<number> => {
  const took: number[] = [];
  for (let call = 0; call < count; call += 1) {
    const startMs = performance.now();
    await act();
    took.push(1e6 * (performance.now() - startMs));
  }
  return median(took);
};

/** The C program's medians of both commands, ns. */
const inC = (folder: string, tcti: string): readonly number[] => {
  const program = join(folder, 'esapi');
  const libraries = ['-l:libtss2-esys.so.0', '-l:libtss2-tctildr.so.0'];
  const source = join(import.meta.dirname, 'esapi.c');
  execFileSync('gcc', ['-O2', '-o', program, source, ...libraries]);
  const args = [tcti, String(NULL_HIERARCHY), String(CALLS)];
  return execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n').map(Number);
};

const sized = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.of(bytes.length >> 8, bytes.length & 0xff, ...bytes);

const throughFfi = async (tcti: string): Promise<readonly number[]> => {
  const esys = await EsysContext.open(loadLibraries(koffiFfi), tcti);
  const sessions = [u32(NONE), u32(NONE), u32(NONE)];
  const data = (): ReturnType<typeof struct> => struct('TPM2B_MAX_BUFFER', sized(DATA));
  try {
    return [
      await medianOf(CALLS, () => esys.run('GetRandom', [...sessions, u16(32)], ['TPM2B_DIGEST'])),
      await medianOf(CALLS, () =>
        esys.run(
          'Hash',
          [...sessions, data(), u16(SHA256), u32(NULL_HIERARCHY)],
          ['TPM2B_DIGEST', null],
        ),
      ),
    ];
  } finally {
    await esys.close();
  }
};

const byTools = async (folder: string, tcti: string): Promise<readonly number[]> => {
  const file = join(folder, 'data');
  writeFileSync(file, DATA);
  const tool =
    (name: string, ...args: string[]) =>
    () =>
      execFileSync(`tpm2_${name}`, ['-T', tcti, ...args], { stdio: 'ignore' });
  return [
    await medianOf(PROCESSES, tool('getrandom', '32', '-o', join(folder, 'out'))),
    await medianOf(PROCESSES, tool('hash', '-g', 'sha256', '-o', join(folder, 'out'), file)),
  ];
};

const missing = (): string | null =>
  isSwtpmInstalled()
    ? (['gcc', 'tpm2_getrandom'].find((name) => spawnSync(name, ['--version']).status !== 0) ??
      null)
    : 'swtpm';

/** Two commands of swtpm: by a C program on ESAPI, through our FFI, and by tpm2-tools. */
export const tpm = async (): Promise<Part[]> => {
  const title = (command: string): string => `TPM2_${command} on swtpm`;
  const lacks = missing();
  if (lacks !== null)
    return ['GetRandom of 32 B', 'Hash of 256 B'].map((command) =>
      skipped(title(command), `${lacks} is not installed.`),
    );
  const swtpm = await startSwtpm();
  const folder = mkdtempSync(join(tmpdir(), 'ties-bench-'));
  try {
    const c = inC(folder, swtpm.tcti);
    const ffi = await throughFfi(swtpm.tcti);
    const tools = await byTools(folder, swtpm.tcti);
    return ['GetRandom of 32 B', 'Hash of 256 B'].map((command, at) => ({
      ...{ title: title(command), skipped: null },
      figures: [
        { name: 'C program on ESAPI', median: c[at] as number, unit: 'ns' },
        { name: 'our FFI (koffi, on a thread)', median: ffi[at] as number, unit: 'ns' },
        { name: 'tpm2-tools', median: tools[at] as number, unit: 'ns' },
      ],
    }));
  } finally {
    rmSync(folder, { recursive: true });
    await swtpm.stop();
  }
};
