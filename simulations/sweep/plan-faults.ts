import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const at = (path: readonly PropertyKey[], within: string): string =>
  path.reduce<string>((place, step) => {
    if (typeof step === 'number') return `${place}[${step}]`;
    return place === '' ? String(step) : `${place}.${String(step)}`;
  }, within);

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step],
    given,
  );

/** What is wrong with a file, a line for each place. */
export const faultsOf = (issues: readonly Issue[], given: unknown, within = ''): string[] =>
  issues.flatMap((issue) => {
    const place = at(issue.path, within) || 'the file';
    const value = valueAt(given, issue.path);
    return wordsOf(issue, value).map((words) => `${place}: ${words}`);
  });

function wordsOf(issue: Issue, value: unknown): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `there is no "${key}"; leave it out, or mend its name.`);
  if (value === undefined) return ['it is missing.'];
  const given = JSON.stringify(value);
  switch (issue.code) {
    case 'invalid_value':
      return [`${given} is none of ${issue.values.map((one) => JSON.stringify(one)).join(', ')}.`];
    case 'too_big':
      return [`${given} is too large: at most ${issue.maximum}.`];
    case 'too_small':
      return [`${given} is too small: at least ${issue.minimum}.`];
    case 'invalid_type':
      return [
        `${given} should be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}.`,
      ];
    case 'custom':
      return [issue.message];
    default:
      return [`${given} does not do here.`];
  }
}
