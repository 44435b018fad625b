import { z } from 'zod';

const tpmSchema = z.strictObject({
  /** The package by which C, and so tpm2-tss, is called. */
  ffi: z.enum(['koffi', 'ffi-napi']).default('koffi'),
  /**
   * How the center translates session keys, from its provisioning on. `rewrap` is one command
   * where the TPM has TPM2_Rewrap, but lets any local user of that TPM take session keys out.
   */
  translate: z.enum(['duplicate', 'rewrap']).default('duplicate'),
});

/** What a device is: the one thing that differs between two Pis of a network. */
export const roleSchema = z
  .strictObject({
    role: z.enum(['node', 'center']),
    /** For logs and screens; it never goes on the air. */
    name: z.string().min(1).max(32),
    /** Kind of the storage key made at provisioning. */
    suite: z.enum(['p256', 'rsa2048']).default('p256'),
    tpm: tpmSchema.prefault({}),
    radio: z.strictObject({ preset: z.enum(['default', 'paper']).default('default') }).prefault({}),
  })
  .refine(({ role, tpm }) => role === 'center' || tpm.translate === 'duplicate', {
    path: ['tpm', 'translate'],
    error: 'Only the center translates session keys; leave this out of a node.',
  });

export type Role = z.infer<typeof roleSchema>;
export type RoleInput = z.input<typeof roleSchema>;
