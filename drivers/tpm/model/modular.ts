/** The least number not below 0 that is congruent to `value`. */
export const modulo = (value: bigint, modulus: bigint): bigint =>
  ((value % modulus) + modulus) % modulus;

/** The inverse of `value` modulo `modulus`, by the extended Euclidean algorithm. */
export const inverse = (value: bigint, modulus: bigint): bigint => {
  let [low, high] = [modulo(value, modulus), modulus];
  let [lowFactor, highFactor] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [lowFactor, highFactor] = [highFactor - quotient * lowFactor, lowFactor];
  }
  return modulo(lowFactor, modulus);
};
