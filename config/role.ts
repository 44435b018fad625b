import { z } from 'zod';
import { conflicts } from './conflicts.ts';
import { radioSchema } from './radio.ts';
import { sensorSchema } from './sensor.ts';
import { tpmSchema } from './tpm.ts';
import { traceSchema } from './trace.ts';
import { absolutePath, deviceName, socketPath } from './values.ts';

const fields = z.strictObject({
  $schema: z
    .string()
    .optional()
    .describe('Where editors find the schema of this file; else unused.'),
  role: z
    .enum(['node', 'center', 'sniffer'])
    .describe(
      'center: the Central Entity, one in a network. node: any other device. sniffer: no member, ' +
        'it only listens and records; of tpm, suite and store it needs nothing.',
    ),
  name: deviceName().describe('For logs and screens; it never goes on the air.'),
  suite: z
    .enum(['p256', 'rsa2048'])
    .default('p256')
    .describe("Kind of the TPM's storage key, made at provisioning. rsa2048 is the paper's."),
  tpm: tpmSchema,
  radio: radioSchema,
  sensor: sensorSchema.optional(),
  trace: traceSchema.optional(),
  store: z
    .strictObject({
      directory: absolutePath()
        .default('/var/lib/ties')
        .describe('What survives a power cut: roster, counters, readings to be sent.'),
    })
    .prefault({})
    .describe('What is kept on disk.'),
  control: z
    .strictObject({
      socket: socketPath()
        .default('/run/ties/control.sock')
        .describe('The Unix socket by which the ties command speaks with the daemon.'),
    })
    .prefault({})
    .describe('How the running daemon is operated.'),
  log: z
    .strictObject({
      level: z
        .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
        .default('info')
        .describe('The least that is logged.'),
    })
    .prefault({})
    .describe('What is logged, to standard output.'),
});

/** What a device is: the one thing that differs between two Pis of a network. */
export const roleSchema = fields.superRefine(
  (role, { addIssue }) => {
    for (const { path, reason, remedy } of conflicts(role))
      addIssue({ code: 'custom', path: [...path], message: reason, params: { remedy } });
  },
  // Whatever else is wrong.
  { when: () => true },
);

export type Role = z.infer<typeof roleSchema>;
/** A role of a network; a sniffer has none. */
export type MemberRole = Role & { readonly role: 'node' | 'center' };
export const isMember = (role: Role): role is MemberRole => role.role !== 'sniffer';
export type RoleInput = z.input<typeof roleSchema>;

/** For who makes a role himself; throws what zod throws. */
export const memberRole = (input: RoleInput & Pick<MemberRole, 'role'>): MemberRole =>
  roleSchema.parse(input) as MemberRole;
