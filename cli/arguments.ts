import { InvalidArgumentError } from 'commander';
import { MAX_SPEED, MIN_SPEED } from '../transports/inspect/pace-request.ts';

export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    return value;
  };

export const share = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value < 1))
    throw new InvalidArgumentError('Give a share of frames from 0 up to, but not, 1; 0.3 is 30 %.');
  return value;
};

export const speed = (text: string): number => {
  const value = Number(text);
  if (!(value >= MIN_SPEED && value <= MAX_SPEED))
    throw new InvalidArgumentError(
      `Give a number from ${MIN_SPEED} to ${MAX_SPEED}; 1 is real time.`,
    );
  return value;
};

export const seed = integer(0, 2 ** 32 - 1);
