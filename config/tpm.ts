import { z } from 'zod';
import { absolutePath, socketPath } from './values.ts';

const common = {
  ffi: z
    .enum(['koffi', 'ffi-napi'])
    .default('koffi')
    .describe('The npm package by which C, and so tpm2-tss, is called. The model needs none.'),
  translate: z
    .enum(['duplicate', 'rewrap'])
    .default('duplicate')
    .describe(
      'How the center translates session keys, from its provisioning on. rewrap is one command ' +
        'where the TPM has TPM2_Rewrap, but lets any local user of that TPM take session keys out.',
    ),
};

const device = z
  .strictObject({
    driver: z.literal('device').default('device').describe('A TPM 2.0 chip, such as the SLB 9670.'),
    device: absolutePath()
      .default('/dev/tpmrm0')
      .describe("The kernel's resource manager of the chip."),
    ...common,
  })
  .describe('A TPM 2.0 chip');

const swtpm = z
  .strictObject({
    driver: z.literal('swtpm').describe('A TPM in software, for trying things out.'),
    socket: socketPath()
      .optional()
      .describe('The Unix socket of an swtpm that is running. Either this or state.'),
    state: absolutePath()
      .optional()
      .describe('A directory for an swtpm to be started in, and its keys. Either this or socket.'),
    ...common,
  })
  .describe('A TPM in software');

const model = z
  .strictObject({
    driver: z
      .literal('model')
      .describe('A TPM within this process, for simulations: all its keys end with the process.'),
    ...common,
  })
  .describe('A TPM for simulations');

export const tpmSchema = z
  .discriminatedUnion('driver', [device, swtpm, model])
  .prefault({})
  .describe('The TPM that keeps the keys.');
