import type { InputLine } from '../../../../drivers/gpio/interface.ts';
import { openInput, openOutput } from '../../../../drivers/gpio/onoff.ts';

const watched = new Map<number, { line: InputLine; edges: number }>();

/** Count rising edges from now on. */
export const watch = async (bcm: number): Promise<void> => {
  const line = await openInput({ bcm });
  const entry = { line, edges: 0 };
  line.onRising(() => {
    entry.edges += 1;
  });
  watched.set(bcm, entry);
};

export const edges = (bcm: number): number => watched.get(bcm)?.edges ?? 0;

export const unwatch = (bcm: number): void => {
  watched.get(bcm)?.line.close();
  watched.delete(bcm);
};

/** Open it as an output, write these levels, and let it go. */
export const drive = async (bcm: number, levels: readonly (0 | 1)[]): Promise<void> => {
  const line = await openOutput({ bcm });
  for (const level of levels) await line.write(level);
  line.close();
};
