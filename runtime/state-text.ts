/** The state of a machine as people say it: `running, member`. */
export const stateText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Object.entries(value as Record<string, unknown>)
        .map(([state, inner]) => `${state}, ${stateText(inner)}`)
        .join('; ');
