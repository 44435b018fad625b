import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Of a test file, how likely it is to notice: that beside what was changed, then those of its folder. */
const distance = (test: string, changed: string): number => {
  if (test === changed.replace(/\.ts$/, '.test.ts')) return 0;
  const folder = changed.slice(0, -basename(changed).length);
  return test.startsWith(folder) ? 1 : 2;
};

/** The first test that fails ends a run: what is likely to fail comes first. */
export class NearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [changed] = this.ctx.config.related ?? [];
    if (changed === undefined) return super.sort(files);
    return [...(await super.sort(files))].sort(
      (one, other) => distance(one.moduleId, changed) - distance(other.moduleId, changed),
    );
  }
}
