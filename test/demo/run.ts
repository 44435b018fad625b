import type { KtcMode } from '../../machines/ktc/requester.ts';
import { Chronicle } from '../../simulations/chronicle.ts';
import { MainJob, type MainJobResult, type Step } from '../../simulations/main-job.ts';
import { type SuitePlanName, suitePlans } from '../../simulations/suite-plan.ts';
import { World } from '../../simulations/world.ts';

/** One run of the demo, and all that is known of it. */
export interface DemoRun {
  readonly result: MainJobResult;
  readonly steps: readonly Step[];
  readonly chronicle: Chronicle;
}

/** What `npm run demo` does with these options, on the model TPM: the same messages and times. */
export const runDemo = async (suite: SuitePlanName, mode: KtcMode): Promise<DemoRun> => {
  let seen: Chronicle | null = null;
  const world = await World.create({
    suite: suitePlans[suite],
    watch: (sighting) => seen?.noteSighting(sighting),
    tpmEnded: (device, timing) => seen?.noteTpm(device, timing),
  });
  try {
    const chronicle = new Chronicle(world.air);
    seen = chronicle;
    const steps: Step[] = [];
    const ended = (step: Step): void => void steps.push(step);
    return { result: await new MainJob(world, chronicle, { mode, ended }).run(), steps, chronicle };
  } finally {
    await world.close();
  }
};
