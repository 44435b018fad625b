import { OPTION, padded } from './format.ts';

/** Tell of the options of a block from `at` to `end`; what does not fit ends them. */
export const eachOption = (
  view: DataView,
  { at, end, little }: { readonly at: number; readonly end: number; readonly little: boolean },
  tell: (code: number, from: number, length: number) => void,
): void => {
  for (let next = at; next + 4 <= end; ) {
    const code = view.getUint16(next, little);
    const length = view.getUint16(next + 2, little);
    if (code === OPTION.end || next + 4 + length > end) return;
    tell(code, next + 4, length);
    next += 4 + padded(length);
  }
};
