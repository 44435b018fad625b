import { z } from 'zod';

/** What a device is: the one thing that differs between two Pis of a network. */
export const roleSchema = z.strictObject({
  role: z.enum(['node', 'center']),
  /** For logs and screens; it never goes on the air. */
  name: z.string().min(1).max(32),
  /** Kind of the storage key made at provisioning. */
  suite: z.enum(['p256', 'rsa2048']).default('p256'),
  /** The package by which C, and so tpm2-tss, is called. */
  tpm: z.strictObject({ ffi: z.enum(['koffi', 'ffi-napi']).default('koffi') }).prefault({}),
  radio: z.strictObject({ preset: z.enum(['default', 'paper']).default('default') }).prefault({}),
});

export type Role = z.infer<typeof roleSchema>;
export type RoleInput = z.input<typeof roleSchema>;
