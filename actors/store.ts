/** Changes of one write: `undefined` removes a key. */
export type Changes = Readonly<Record<string, unknown>>;

/**
 * What must survive. Reads are at once, also of what is not durable yet; a write is all or nothing
 * and durable when its promise resolves.
 */
export interface Store {
  get<T>(key: string): T | undefined;
  entries<T>(prefix: string): readonly (readonly [key: string, value: T])[];
  write(changes: Changes): Promise<void>;
  /**
   * Resolves when all that was written before is durable: nothing that was made of it leaves the
   * device earlier. Rejects where a write failed that it waited for, as what was read is undone.
   */
  flush(): Promise<void>;
}

/** A store that lasts as long as the process. */
export const memoryStore = (): Store => {
  const values = new Map<string, unknown>();
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    entries: <T>(prefix: string) =>
      [...values].filter(([key]) => key.startsWith(prefix)) as [string, T][],
    write: async (changes) => {
      for (const [key, value] of Object.entries(changes))
        if (value === undefined) values.delete(key);
        else values.set(key, value);
    },
    flush: async () => undefined,
  };
};
