import type { Random } from '../../drivers/random/interface.ts';
import { uniformDraws } from './random-draws.ts';

/** Independent losses of equal probability: each call says whether the next frame is lost. */
export const frameLoss = (random: Random, probability: number): (() => boolean) => {
  if (probability === 0) return () => false;
  const draw = uniformDraws(random);
  return () => draw() < probability;
};
