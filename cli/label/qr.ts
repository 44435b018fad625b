import { renderSVG, renderUnicodeCompact } from 'uqr';

/** A quarter of it may be scratched or dirty (ISO/IEC 18004, level Q). */
const ECC = 'Q';
/** Modules of white around a code on paper (ISO/IEC 18004 §6.3.8). */
const QUIET = 4;
/** In a terminal: readers make do with it, and label and all fit in 24 lines. */
const TERMINAL_QUIET = 2;
/** Light on dark, whatever the colours of the terminal are: not every reader takes the inverse. */
const [LIGHT_ON_DARK, RESET] = ['\x1b[97;40m', '\x1b[0m'];

/** A label as a QR code of half blocks, as light as `█`; `isColoured` where a terminal shows it. */
export const qrText = (label: string, isColoured = process.stdout.isTTY): string => {
  const rows = renderUnicodeCompact(label, { ecc: ECC, border: TERMINAL_QUIET }).split('\n');
  return rows.map((row) => (isColoured ? `${LIGHT_ON_DARK}${row}${RESET}` : row)).join('\n');
};

/** The same as a square of an SVG, `sizeMm` wide. */
export const qrSvg = (label: string, place: { x: number; y: number; sizeMm: number }): string => {
  const { x, y, sizeMm } = place;
  const svg = renderSVG(label, { ecc: ECC, border: QUIET, pixelSize: 10 });
  return svg.replace('<svg ', `<svg x="${x}" y="${y}" width="${sizeMm}" height="${sizeMm}" `);
};
