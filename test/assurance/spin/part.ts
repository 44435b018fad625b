import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TiesError } from '../../../protocol/errors.ts';
import { type Row, timed, verdict } from '../row.ts';
import { model, type Slots } from './model.ts';

interface Checked {
  readonly holds: boolean;
  readonly states: number;
}

/** Spin's verdict on one property of the model, all states searched. */
export const check = (slots: Slots, property: 'common' | 'agreed'): Checked => {
  const folder = mkdtempSync(join(tmpdir(), 'ties-spin-'));
  const run = (command: string, ...args: readonly string[]): string => {
    const {
      stdout = '',
      stderr = '',
      error,
    } = spawnSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
    });
    if (error !== undefined)
      throw new TiesError(
        'ASSURANCE_TOOL',
        `${error.message}. Type: sudo apt-get install spin gcc libc6-dev`,
      );
    return stdout + stderr;
  };
  try {
    writeFileSync(join(folder, 'model.pml'), model(slots));
    const made = run('spin', '-a', 'model.pml');
    const compiled = run('gcc', '-O2', '-DMEMLIM=1024', '-o', 'pan', 'pan.c');
    const told = run('./pan', '-a', '-m1000000', '-N', property);
    const errors = Number(/errors: (\d+)/.exec(told)?.[1] ?? Number.NaN);
    const states = Number(/(\d+) states, stored/.exec(told)?.[1] ?? 0);
    if (Number.isNaN(errors) || /max search depth too small|out of memory/.test(told))
      throw new TiesError(
        'ASSURANCE_TOOL',
        `Spin has not decided: ${made}${compiled}${told}`.slice(0, 900),
      );
    return { holds: errors === 0, states };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Loss, repeats, reordering and restarts. */
export const spin = (): readonly Row[] =>
  (
    [
      ['whatever is lost, two nodes are left a key in common', 'common'],
      ['both ends always know the same of a key', 'agreed'],
    ] as const
  ).map(([property, name]) => {
    const { value, ms } = timed(() => ({
      ours: check('shipped', name),
      paper: name === 'common' ? check('paper', name) : null,
    }));
    return {
      ...{ property, tool: 'Spin', scope: 'two keys, two restarts', ms },
      ours: verdict(!value.ours.holds),
      paper: value.paper === null ? '–' : verdict(!value.paper.holds),
      states: value.ours.states + (value.paper?.states ?? 0),
    };
  });
