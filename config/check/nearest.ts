/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
const distance = (from: string, to: string): number => {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
        swapped ? (before[column - 2] as number) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, current];
  }
  return last[to.length] as number;
};

/** `dio2` is no mistyped `dio0`: who writes another number means another thing. */
const isOtherNumber = (typed: string, word: string): boolean => {
  const digits = (text: string) => [...text.replace(/\D/g, '')].sort().join('');
  return typed.replace(/\d/g, '') === word.replace(/\d/g, '') && digits(typed) !== digits(word);
};

/** The word that was probably meant: about a third of its letters may differ. Null where none was. */
export const nearest = (typed: string, words: readonly string[]): string | null => {
  const small = typed.toLowerCase();
  const ranked = words
    .filter((word) => !isOtherNumber(small, word.toLowerCase()))
    .map((word) => ({ word, letters: distance(small, word.toLowerCase()) }))
    .filter(({ word, letters }) => letters <= Math.max(1, Math.round(word.length / 3)))
    .sort((a, b) => a.letters - b.letters);
  return ranked[0]?.word ?? null;
};
