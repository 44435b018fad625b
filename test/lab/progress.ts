import type { UserConsoleLog } from 'vitest';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/** Lines of TAP as the tests end, with why where one failed. */
export default class Progress implements Reporter {
  #count = 0;

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    const result = state === 'failed' ? 'not ok' : 'ok';
    const name = test.fullName.replaceAll(' > ', ': ');
    const skipped = state === 'skipped' ? ' # SKIP' : '';
    const ms = Math.round(test.diagnostic()?.duration ?? 0);
    this.#count += 1;
    process.stdout.write(`${result} ${this.#count} - ${name}${skipped} # ${ms} ms\n`);
    for (const error of errors ?? []) tell(error);
  }

  /** Figures of the test that is running. */
  onUserConsoleLog({ content }: UserConsoleLog): void {
    for (const line of content.trim().split('\n')) process.stdout.write(`# ${line}\n`);
  }

  onTestModuleEnd(module: TestModule): void {
    for (const group of [module, ...module.children.allSuites()])
      for (const error of group.errors()) {
        process.stdout.write(`not ok - ${group.type === 'suite' ? group.fullName : 'the lab'}\n`);
        tell(error);
      }
    process.stdout.write(`1..${this.#count}\n`);
  }

  onTestRunEnd(_: unknown, errors: readonly SerializedError[]): void {
    for (const error of errors) tell(error);
  }
}

const tell = ({
  message,
  stack,
  diff,
}: {
  message: string;
  stack?: string;
  diff?: string;
}): void => {
  const lines = [message, ...(diff ? [diff] : []), ...(stack?.split('\n').slice(0, 4) ?? [])];
  for (const line of lines.join('\n').split('\n')) process.stdout.write(`# ${line}\n`);
};
