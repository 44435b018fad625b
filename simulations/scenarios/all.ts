import type { Scenario } from '../lab/scenario.ts';
import { alohaScenario } from './aloha.ts';

/** By the name that an experiment's file gives. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  aloha: alohaScenario,
};
