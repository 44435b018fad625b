/** `12.345 s`, `1:02:03.4`: a moment since the beginning. */
export const momentText = (ms: number): string => {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(3)} s`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = (seconds % 60).toFixed(1).padStart(4, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
};

/** `48 ms`, `1.55 s`: how long something took. */
export const durationText = (ms: number): string => {
  if (ms < 1_000) return `${ms < 10 && ms > 0 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 60_000).toFixed(1)} min`;
};

export const bytesText = (bytes: number): string => `${bytes} B`;

export const percentText = (share: number): string =>
  `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

export const secondsText = (seconds: number | null): string =>
  seconds === null ? '–' : seconds.toFixed(2);
