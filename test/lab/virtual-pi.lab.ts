import { afterAll, beforeAll, describe } from 'vitest';
import { lineChecks } from './checks/lines.ts';
import { networkChecks } from './checks/network.ts';
import { radioChecks } from './checks/radio.ts';
import { sensorChecks } from './checks/sensor.ts';
import { serviceChecks } from './checks/service.ts';
import { tpmChecks } from './checks/tpm.ts';
import { ARCHITECTURES, type Architecture } from './image/architecture.ts';
import { Lab } from './machine/lab.ts';

const name = (process.env.TIES_LAB ?? 'amd64') as Architecture['name'];

describe(`a virtual Pi, ${name}`, () => {
  const lab = new Lab(ARCHITECTURES[name]);
  beforeAll(() => lab.start());
  afterAll(() => lab.end());

  sensorChecks(lab);
  lineChecks(lab);
  radioChecks(lab);
  tpmChecks(lab);
  serviceChecks(lab);
  networkChecks(lab);
});
