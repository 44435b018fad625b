import { Command } from 'commander';
import { codes } from './explain/codes.ts';
import { reasons } from './explain/reasons.ts';

/** What `ties explain` exits with; stable. */
const EXIT = { known: 0, unknown: 1 } as const;

/** `ties explain`: what a code means, and what to do. */
export const explainCommand = (): Command =>
  new Command('explain')
    .description('What a code or reason in a message, a log or an answer means, and what to do')
    .argument('<code>', 'such as TPM_UNAVAILABLE or window-closed')
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText('after', '\nExits with 0 for a code that there is, else with 1.')
    .action((given: string, { json }: { readonly json: boolean }) => {
      process.exitCode = explain(given, json);
    });

const explain = (given: string, json: boolean): number => {
  const explanations = { ...codes, ...reasons };
  const code = [given, given.toUpperCase(), given.toLowerCase()].find((each) =>
    Object.hasOwn(explanations, each),
  );
  const [meaning, remedy] = code === undefined ? UNKNOWN : (explanations[code] as typeof UNKNOWN);
  const ok = code !== undefined;
  const text = json
    ? JSON.stringify({ ok, code: code ?? given, meaning, remedy })
    : `${code ?? given}: ${meaning}\n${remedy}`;
  process.stdout.write(`${text}\n`);
  return ok ? EXIT.known : EXIT.unknown;
};

const UNKNOWN = [
  'There is no such code.',
  'Copy it from the message; it may be of another version of TIES.',
] as const;
