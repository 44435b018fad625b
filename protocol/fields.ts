/** What a field of a message may hold: its type, length and range, checked on both ends. */
export type Field<T = unknown> = UintField<T> | BytesField<T> | ChoiceField<T> | ListField<T>;

interface Typed<T> {
  /** Carries the TypeScript type; never set. */
  readonly type?: T;
}

/** An unsigned integer from `min` to `max`; in the clear it takes `width` bytes. */
export interface UintField<T = number> extends Typed<T> {
  readonly kind: 'uint';
  readonly width: 1 | 2 | 4;
  readonly min: number;
  readonly max: number;
}

/** Bytes of one of the given lengths; in the clear a field of several lengths carries its own. */
export interface BytesField<T = Uint8Array> extends Typed<T> {
  readonly kind: 'bytes';
  readonly lengths: readonly number[];
}

/** A word from a short list; its index travels. */
export interface ChoiceField<T = string> extends Typed<T> {
  readonly kind: 'choice';
  readonly words: readonly string[];
}

/** Records of equal shape, flattened into one array; sealed or signed bodies only. */
export interface ListField<T = unknown> extends Typed<T> {
  readonly kind: 'list';
  readonly of: Fields;
  readonly maxItems: number;
}

/** Fields in the order they travel. */
export type Fields = Readonly<Record<string, Field>>;

/** The values of `F`, as code sees them. */
export type Values<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

/** No fields at all. */
export const NONE = {} as const satisfies Fields;

const uint = (width: UintField['width'], min = 0, max = 2 ** (8 * width) - 1): UintField => ({
  kind: 'uint',
  width,
  min,
  max,
});
export const u8 = (min?: number, max?: number): UintField => uint(1, min, max);
export const u16 = (min?: number, max?: number): UintField => uint(2, min, max);
export const u32 = (min?: number, max?: number): UintField => uint(4, min, max);

export const bytes = (...lengths: number[]): BytesField => ({ kind: 'bytes', lengths });

export const choice = <const W extends readonly string[]>(...words: W): ChoiceField<W[number]> => ({
  kind: 'choice',
  words,
});

export const list = <F extends Fields>(
  maxItems: number,
  of: F,
): ListField<readonly Values<F>[]> => ({ kind: 'list', of, maxItems });
