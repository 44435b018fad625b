import type { Observable } from 'rxjs';
import type { Transmission } from '../../simulations/medium/transmission.ts';
import { type DataFrame, decodeFrame, type Frame } from '../../transports/lora/frame.ts';

const carriedBy = ({ piggyback }: DataFrame): string =>
  piggyback === undefined ? '' : ` with ack ${piggyback.bitmap.toString(2)}`;

const nameOf = (frame: Frame): string => {
  switch (frame.type) {
    case 'data':
      return `data ${frame.index}/${frame.last}${carriedBy(frame)}`;
    case 'ack':
      return `ack ${frame.bitmap.toString(2)}`;
    case 'ackRequest':
      return 'ask';
    case 'parity':
      return `parity ${frame.index}/${frame.last}`;
    case 'announce':
      return `announce ${frame.frames} at step ${frame.step}`;
  }
};

const fateOf = ({ outcomes }: Transmission): string => {
  const missed = [...outcomes].filter(([, outcome]) => outcome !== 'received');
  return missed.map(([id, outcome]) => `, ${outcome} at ${id}`).join('');
};

/** `<start ms> <radio> <frame>, <who missed it and why>`, a line for each frame as it ends. */
export const transcriptOf = (transmissions: Observable<Transmission>): readonly string[] => {
  const lines: string[] = [];
  transmissions.subscribe((transmission) => {
    const frame = decodeFrame(transmission.frame);
    const what = frame === null ? `${transmission.frame.length} B` : nameOf(frame);
    const { startMs, radioId } = transmission;
    lines.push(`${startMs.toFixed(0)} ${radioId} ${what}${fateOf(transmission)}`);
  });
  return lines;
};

/** The transcript without its times. */
export const untimed = (lines: readonly string[]): string[] =>
  lines.map((line) => line.slice(line.indexOf(' ') + 1));

/** Loses exactly the frames of these numbers, counted over the whole air from 0. */
export const losing = (...numbers: readonly number[]): (() => boolean) => {
  let count = -1;
  return () => {
    count += 1;
    return numbers.includes(count);
  };
};
