import { OPTION, padded } from './format.ts';

/** Options of a block from `at` to `end`; what does not fit ends them. */
export function* optionsOf(
  view: DataView,
  { at, end, little }: { readonly at: number; readonly end: number; readonly little: boolean },
): Generator<readonly [code: number, value: Uint8Array]> {
  for (let next = at; next + 4 <= end; ) {
    const code = view.getUint16(next, little);
    const length = view.getUint16(next + 2, little);
    if (code === OPTION.end || next + 4 + length > end) return;
    yield [code, new Uint8Array(view.buffer, view.byteOffset + next + 4, length)];
    next += 4 + padded(length);
  }
}
