import type { Reporter, TestModule } from 'vitest/node';

/** What Stryker's runner and vitest read of a test. */
interface Task {
  readonly tasks: object[];
  readonly result?: object;
}

/**
 * A test file that cannot be loaded has no tests, and Stryker's runner takes none failed for all
 * passed: a chart that is refused while it is built would count as unnoticed. Here that is a test that failed.
 */
export const loadingIsATest: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      const { task } = module as unknown as { readonly task: Task };
      if (module.errors().length > 0)
        task.tasks.push({
          ...{ type: 'test', name: 'loads', mode: 'run', file: task, result: task.result },
          ...{ artifacts: [], annotations: [], meta: {} },
        });
    }
  },
};
