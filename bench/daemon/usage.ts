import { readFileSync } from 'node:fs';

/** proc(5): USER_HZ is 100 on every Linux that Node.js runs on. */
const TICK_MS = 1000 / 100;

/** Fields of proc(5)'s stat, counted after the name, which may have spaces in it. */
const OWN = [11, 12] as const;
const CHILDREN = [13, 14] as const;

const ticks = (process: number | 'self', [user, system]: readonly [number, number]): number => {
  const stat = readFileSync(`/proc/${process}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[user]) + Number(fields[system]);
};

/** CPU time of a process and all its threads since it started. */
export const cpuMs = (pid: number): number => ticks(pid, OWN) * TICK_MS;

/** That of the processes that this one has started and that have ended. */
export const endedCpuMs = (): number => ticks('self', CHILDREN) * TICK_MS;

export interface Memory {
  readonly residentMb: number;
  /** Its own; the rest are mapped files, shared with others who map them. */
  readonly anonymousMb: number;
}

export const memory = (pid: number): Memory => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return {
    residentMb: megabytes('VmRSS'),
    anonymousMb: megabytes('RssAnon'),
  };
};
