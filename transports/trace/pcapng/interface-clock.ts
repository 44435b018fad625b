/** How an interface counts time, as nanoseconds since 1970. */
export type InterfaceClock = (high: number, low: number) => bigint;

const NS_PER_S = 1_000_000_000n;
const MICROSECONDS = 6;

/**
 * `resolution` is option if_tsresol: 10⁻ⁿ s, with its highest bit set 2⁻ⁿ s; without it
 * microseconds. `offsetS` is option if_tsoffset. Null where it is finer than 10⁻¹⁸ or 2⁻⁶⁰ s.
 */
export const interfaceClock = (resolution = MICROSECONDS, offsetS = 0n): InterfaceClock | null => {
  const exponent = resolution & 0x7f;
  const isBinary = resolution >= 0x80;
  if (exponent > (isBinary ? 60 : 18)) return null;
  const units = isBinary ? 1n << BigInt(exponent) : 10n ** BigInt(exponent);
  const offsetNs = offsetS * NS_PER_S;
  if (units === NS_PER_S && offsetNs === 0n) return nanosecondClock();
  return (high, low) => offsetNs + (count(high, low) * NS_PER_S) / units;
};

/** Most traces are in nanoseconds, and the high word is the same for seconds. */
const nanosecondClock = (): InterfaceClock => {
  let [lastHigh, base] = [0, 0n];
  return (high, low) => {
    if (high !== lastHigh) [lastHigh, base] = [high, BigInt(high) << 32n];
    return base + BigInt(low);
  };
};

const count = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low);
