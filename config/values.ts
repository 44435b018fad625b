import { z } from 'zod';

/**
 * A whole number. `z.int()` would do, but its fault keeps the rules between fields from being
 * looked at, and all faults are to be told at once.
 */
export const whole = (min: number, max: number) =>
  z
    .number()
    .refine((value) => Number.isInteger(value) && value >= min && value <= max)
    .meta({ type: 'integer', minimum: min, maximum: max });

/** A daemon's working directory is nobody's guess, so every path begins at the root. */
export const absolutePath = () => z.string().regex(/^\//);

/** `sun_path` holds 108 bytes, the closing 0 among them (unix(7)). */
export const socketPath = () => absolutePath().max(107);

/** How a device is named on screens and in logs: one line, no control characters. */
export const deviceName = () =>
  z
    .string()
    .min(1)
    .max(32)
    .regex(/^[ -~\u00a0-\uffff]*$/);

/** The center, or a device as its TPM names it: the first 8 bytes of its id, in hex. */
export const peerName = () => z.string().regex(/^(center|[0-9a-f]{16})$/);
