import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with the plain line `N passed, N failed`. A file that cannot be loaded has failed, and
 * so has a group of tests that its hook kept from running.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let passed = 0;
    let failed = 0;
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      passed += tests.filter((test) => test.result().state === 'passed').length;
      failed += tests.filter((test) => test.result().state === 'failed').length;
      const groups = [module, ...module.children.allSuites()];
      failed += groups.filter((group) => group.errors().length > 0).length;
    }
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }
}
