import type { Check } from './check.ts';
import { deviceChecks } from './devices.ts';
import { machineChecks } from './machine.ts';
import { softwareChecks } from './software.ts';
import { wiringChecks } from './wiring.ts';

/** All that the doctor looks at, in the order it is told. */
export const CHECKS: readonly Check[] = [
  ...[...machineChecks, ...softwareChecks, ...wiringChecks, ...deviceChecks],
];
