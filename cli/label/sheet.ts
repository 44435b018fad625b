import { HEIGHT_MM, labelSvg, type PrintedLabel, WIDTH_MM } from './svg.ts';

/** Labels as a page to print: one document without anything from elsewhere, cut marks between. */
export const labelSheet = (labels: readonly PrintedLabel[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${labels.length} TIES labels</title>
<style>
@page { size: A4; margin: 10mm; }
body { margin: 0; display: grid; grid-template-columns: repeat(3, ${WIDTH_MM}mm); gap: 3mm; }
svg { display: block; }
body > svg { outline: 0.1mm dashed #999; break-inside: avoid; height: ${HEIGHT_MM}mm; }
@media screen { body { margin: 10mm; } }
</style>
<body>
${labels.map(labelSvg).join('\n')}
</body>
</html>
`;
