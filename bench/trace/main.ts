import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLargeTrace } from './large.ts';

/** What is claimed: so many packets a second, and no more memory for ten times the trace. */
const LEAST_PER_S = 200_000;
const MOST_GROWTH = 1.5;
const SIZES = [100e6, 1e9];
const POLL_MS = 100;

interface Reading {
  readonly bytes: number;
  readonly packets: number;
  readonly tookMs: number;
  readonly peakMb: number;
}

/** `ties trace show` of a trace so large. */
const read = async (path: string, wantedBytes: number): Promise<Reading> => {
  const packets = writeLargeTrace(path, wantedBytes);
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['dist/cli/ties.js', 'trace', 'show', path], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peakMb = 0;
  const poll = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(child.pid as number));
  }, POLL_MS);
  const [code] = await once(child, 'exit');
  clearInterval(poll);
  if (code !== 0) throw new Error(`ties trace show ended with ${code}.`);
  const { size: bytes } = statSync(path);
  return { bytes, packets, tookMs: performance.now() - startedMs, peakMb };
};

/** The most it ever had resident (proc(5), VmHWM). */
const residentMb = (pid: number): number => {
  try {
    const [, kb] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kb ?? 0) / 1024;
  } catch {
    // It has ended.
    return 0;
  }
};

const folder = mkdtempSync(join(tmpdir(), 'ties-bench-'));
try {
  const readings: Reading[] = [];
  for (const size of SIZES) readings.push(await read(join(folder, 'large.pcapng'), size));
  for (const { bytes, packets, tookMs, peakMb } of readings)
    process.stdout.write(
      `${(bytes / 1e6).toFixed(0)} MB, ${packets} packets: ${(tookMs / 1000).toFixed(1)} s, ` +
        `${Math.round((packets / tookMs) * 1000)} packets a second, at most ${peakMb.toFixed(0)} MB of memory\n`,
    );
  const [small, large] = readings as [Reading, Reading];
  const isFast = (large.packets / large.tookMs) * 1000 >= LEAST_PER_S;
  if (!isFast || large.peakMb > MOST_GROWTH * small.peakMb) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
