import { tpmErrors } from './tpm-errors.ts';

/** npm run faults:tpm: how each operation ends for each error, whichever of its commands it befell. */
const endings = await tpmErrors();
const codes = [...new Set(endings.map(({ responseCode }) => responseCode))];
for (const operation of new Set(endings.map((ending) => ending.operation))) {
  const own = endings.filter((ending) => ending.operation === operation);
  console.log(`${operation}, ${new Set(own.map(({ nth }) => nth)).size} commands`);
  const told = new Map<string, number[]>();
  for (const responseCode of codes) {
    const ends = own.filter((ending) => ending.responseCode === responseCode);
    const text = [...new Set(ends.map(({ code }) => code))].toSorted().join(' or ');
    told.set(text, [...(told.get(text) ?? []), responseCode]);
  }
  for (const [text, of] of told)
    console.log(
      `  ${text}: ${of.map((code) => `0x${code.toString(16).padStart(3, '0')}`).join(' ')}`,
    );
}
const wrong = endings.filter((ending) => ending.wrong !== null);
for (const { operation, nth, responseCode, wrong: what } of wrong)
  console.log(`${operation}, command ${nth}, 0x${responseCode.toString(16)}: ${what}`);
console.log(`${endings.length - wrong.length} passed, ${wrong.length} failed`);
process.exitCode = wrong.length > 0 ? 1 : 0;
