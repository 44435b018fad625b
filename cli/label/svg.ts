import { qrSvg } from './qr.ts';

/** One device and what it is printed with. */
export interface PrintedLabel {
  /** 16 hex digits. */
  readonly device: string;
  readonly label: string;
  readonly name?: string;
}

/** Of one label, in mm; three a row on A4. */
export const WIDTH_MM = 60;
export const HEIGHT_MM = 36;
const QR_MM = 30;
const TEXT_X = QR_MM + 3;

/** A label to be stuck on a package: QR code, the same to be typed, and which device it is of. */
export const labelSvg = ({ device, label, name = '' }: PrintedLabel): string => {
  const [prefix, ...groups] = label.split('-') as [string, ...string[]];
  const rows = [...pairs(groups)].map((pair) => pair.join('-'));
  const typed = [prefix, ...rows].map((row, at) => text(row, 11 + 4.4 * at, 'monospace', 3));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_MM}mm" height="${HEIGHT_MM}mm" viewBox="0 0 ${WIDTH_MM} ${HEIGHT_MM}">`,
    `<rect width="${WIDTH_MM}" height="${HEIGHT_MM}" fill="white"/>`,
    qrSvg(label, { x: 1, y: 3, sizeMm: QR_MM }),
    text(name === '' ? 'TIES' : name, 6, 'sans-serif', 3),
    ...typed,
    text(device, 34.5, 'monospace', 2.6),
    '</svg>',
  ].join('\n');
};

function* pairs(groups: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < groups.length; at += 2) yield groups.slice(at, at + 2);
}

const text = (content: string, y: number, family: string, sizeMm: number): string =>
  `<text x="${TEXT_X}" y="${y.toFixed(1)}" font-family="${family}" font-size="${sizeMm}">${escaped(content)}</text>`;

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
