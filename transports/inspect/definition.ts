/** How a guard reads: `repeatsLeft`, or `not isBehind`. */
const functionName = (value: { readonly name: string; readonly guards?: unknown }): string =>
  [value.name, ...(Array.isArray(value.guards) ? value.guards.map(guardName) : [])]
    .join(' ')
    .trim();

const guardName = (guard: unknown): string => {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') return functionName(guard as never);
  return String((guard as { type?: unknown } | null)?.type ?? '');
};

/** Input that is fixed, such as which message to transmit, is part of the chart. */
const definitionField = (_name: string, value: unknown): unknown => {
  if (typeof value === 'function') return { type: functionName(value as never) };
  return ArrayBuffer.isView(value) ? '[bytes]' : value;
};

const known = new WeakMap<object, string>();

/**
 * A machine's config as JSON: charts and nothing a run has put into them. Each is made once,
 * however many actors run it; `provide` keeps the config. Undefined for logic without one.
 */
export const definitionOf = (logic: unknown): string | undefined => {
  const { config } = (logic ?? {}) as { readonly config?: unknown };
  if (typeof config !== 'object' || config === null || !('states' in config)) return undefined;
  const made = known.get(config);
  if (made !== undefined) return made;
  const { context: _, ...chart } = config as { context?: unknown };
  const definition = JSON.stringify(chart, definitionField);
  known.set(config, definition);
  return definition;
};
