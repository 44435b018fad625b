import { ECDH } from 'node:crypto';
import { TiesError } from '../errors.ts';
import { concat, sized, Unmarshaller } from './marshal.ts';

const CURVE = 'prime256v1';
export const COORDINATE_BYTES = 32;
export const COMPRESSED_BYTES = 33;

/** An affine point of P-256, both coordinates 32 B. */
export interface EccPoint {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

/**
 * Whether a coordinate begins with a zero byte. A TPM may marshal such a one in 31 B, and the
 * Name, the KDF and the wire would then differ between implementations (TPM 2.0 Part 1, C.8), so
 * these points are never used.
 */
export const hasShortCoordinate = ({ x, y }: EccPoint): boolean => x[0] === 0 || y[0] === 0;

const noPoint = (cause?: unknown): TiesError =>
  new TiesError('TPM_BAD_KEY', 'Not a point of P-256; the key is damaged or forged.', { cause });

/** Either SEC 1 form to a point; `TPM_BAD_KEY` if it is not on the curve. */
export const decodePoint = (sec1: Uint8Array): EccPoint => {
  // Of no bytes Node makes an empty string.
  if (sec1.length === 0) throw noPoint();
  let flat: Uint8Array;
  try {
    flat = ECDH.convertKey(sec1, CURVE, undefined, undefined, 'uncompressed') as Buffer;
  } catch (cause) {
    throw noPoint(cause);
  }
  return flatPoint(flat);
};

/** The point that the uncompressed SEC 1 form of one is. */
export const flatPoint = (flat: Uint8Array): EccPoint => ({
  x: Uint8Array.from(flat.subarray(1, 33)),
  y: Uint8Array.from(flat.subarray(33)),
});

export const uncompressed = ({ x, y }: EccPoint): Uint8Array => concat(Uint8Array.of(4), x, y);

export const compressed = ({ x, y }: EccPoint): Uint8Array =>
  concat(Uint8Array.of(2 + ((y[COORDINATE_BYTES - 1] as number) & 1)), x);

/** TPMS_ECC_POINT (Part 2, 11.2.5.2). */
export const marshalPoint = ({ x, y }: EccPoint): Uint8Array => concat(sized(x), sized(y));

/** A TPMS_ECC_POINT, or null where a coordinate is not in 32 B or begins with a zero byte. */
export const unmarshalPoint = (tpmsEccPoint: Uint8Array): EccPoint | null => {
  const from = new Unmarshaller(tpmsEccPoint);
  const point = { x: from.sized(), y: from.sized() };
  from.end();
  const whole = point.x.length === COORDINATE_BYTES && point.y.length === COORDINATE_BYTES;
  return whole && !hasShortCoordinate(point) ? point : null;
};
