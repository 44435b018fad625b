import { tpmErrors } from './tpm-errors.ts';

/** These response codes, in a process of its own: how each operation ended, as JSON. */
console.log(JSON.stringify(await tpmErrors(process.argv.slice(2).map(Number))));
