import type { PaceRequest } from './interface.ts';

/** A simulation may run so many times as fast as the wall clock, or so much slower. */
export const MIN_SPEED = 0.01;
export const MAX_SPEED = 1_000;

/** What a viewer asks of the world's pace; null for anything else. */
export const paceRequest = (text: string): PaceRequest | null => {
  let said: { readonly type?: unknown; readonly speed?: unknown } | null;
  try {
    said = JSON.parse(text);
  } catch {
    return null;
  }
  switch (said?.type) {
    case '@ties.pause':
    case '@ties.resume':
    case '@ties.step':
      return { type: said.type };
    case '@ties.pace': {
      const { speed } = said;
      const isSpeed = typeof speed === 'number' && speed >= MIN_SPEED && speed <= MAX_SPEED;
      return isSpeed ? { type: '@ties.pace', speed } : null;
    }
    default:
      return null;
  }
};
