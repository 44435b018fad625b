export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A number as SVG has it: a tenth of a pixel is enough. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

export const text = (x: number, y: number, kind: string, words: string): string =>
  `<text class="${kind}" x="${px(x)}" y="${px(y)}">${escaped(words)}</text>`;

export const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  `<path class="${kind}" d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}"/>`;

export const svg = (
  width: number,
  height: number,
  label: string,
  parts: readonly string[],
): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">${parts.join('')}</svg>`;
