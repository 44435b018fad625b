import { afterAll, describe, expect, test } from 'vitest';
import type { Tpm, TpmOperationName, TpmOperations } from '../../../drivers/tpm/interface.ts';
import { codeOf } from '../../../simulations/swtpm/message.ts';
import { describeTpmContract, type TpmUnderTest } from '../../tpm/contract.ts';
import { makeSwtpm } from '../../tpm/swtpm-under-test.ts';
import type { Lab } from '../machine/lab.ts';
import { CLEAR, CREATE_KEY, START_SESSION } from './tpm-commands.ts';

/**
 * What the kernel's resource manager has room for on a descriptor (drivers/char/tpm/tpm.h), and the
 * TPM in all: it swaps out what others have in it. A fourth of one descriptor's the TPM refuses
 * itself (TPM 2.0 Part 2, 6.6.3); where it has room for more, the kernel does.
 */
const ROOM = 3;
const OBJECT_MEMORY = 0x902;
const SESSION_MEMORY = 0x903;

/** P-256 on a TPM with TPM2_Rewrap, as swtpm is one. */
const SUITE = 3;

/** ESAPI on the kernel's resource manager, and the limits of that. */
export const tpmChecks = (lab: Lab): void => {
  describe('/dev/tpmrm0', () => {
    afterAll(() => clear(lab));

    test.each([
      ['objects', CREATE_KEY, OBJECT_MEMORY],
      ['sessions', START_SESSION, SESSION_MEMORY],
    ])('holds 3 %s for each descriptor, and refuses a fourth', async (_, command, refusal) => {
      const commands = new Array<Uint8Array>(ROOM + 1).fill(command);
      const answers = await lab.agent.call('tpm', 'exchange', [commands, commands]);
      for (const descriptor of answers) {
        const codes = descriptor.map(told);
        expect(codes.slice(0, ROOM)).toEqual(new Array(ROOM).fill(0));
        expect(['ENOMEM', refusal]).toContain(codes[ROOM]);
      }
    });

    if (process.env.TIES_TESTS !== 'extended') return;
    let isTaken = false;
    describeTpmContract(
      'ESAPI on it',
      async () => {
        // There is one TPM in the machine: the others of a test are on the host.
        if (isTaken) return makeSwtpm();
        isTaken = true;
        return guestTpm(lab, () => {
          isTaken = false;
        });
      },
      SUITE,
    );
  });
};

const told = (answer: Uint8Array | string): number | string =>
  typeof answer === 'string' ? answer : codeOf(answer);

/** As new. */
const clear = async (lab: Lab): Promise<void> => {
  const answers = await lab.agent.call('tpm', 'exchange', [[CLEAR]]);
  expect(answers.flat().map(told)).toEqual([0]);
};

const opened = async ({ agent }: Lab): Promise<Tpm> => {
  const number = await agent.call('tpm', 'open', {});
  return {
    perform: async <Name extends TpmOperationName>(
      name: Name,
      input: TpmOperations[Name]['input'],
    ) => (await agent.call('tpm', 'perform', number, name, input)) as TpmOperations[Name]['output'],
    handles: () => agent.call('tpm', 'handles', number),
    close: () => agent.call('tpm', 'close', number),
  };
};

const guestTpm = async (lab: Lab, released: () => void): Promise<TpmUnderTest> => {
  await clear(lab);
  let tpm = await opened(lab);
  return {
    get tpm() {
      return tpm;
    },
    restart: async () => {
      await tpm.close();
      tpm = await opened(lab);
      return tpm;
    },
    rival: () => rival(lab),
    release: async () => {
      await tpm.close();
      released();
    },
  };
};

/** Opened only when it is asked for something: so a refusal to open can be expected. */
const rival = async (lab: Lab): Promise<Tpm> => ({
  perform: async (name, input) => (await opened(lab)).perform(name, input),
  handles: async () => (await opened(lab)).handles(),
  close: async () => {},
});
