import { afterAll, beforeAll, describe } from 'vitest';
import { tpmChecks } from './checks/tpm.ts';
import { ARCHITECTURES, type Architecture } from './image/architecture.ts';
import { Lab } from './machine/lab.ts';

const name = (process.env.TIES_LAB ?? 'amd64') as Architecture['name'];

describe(`a virtual Pi, ${name}`, () => {
  const lab = new Lab(ARCHITECTURES[name]);
  beforeAll(() => lab.start());
  afterAll(() => lab.end());

  tpmChecks(lab);
});
