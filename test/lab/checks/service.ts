import { describe, expect, test } from 'vitest';
import { type RoleInput, roleSchema } from '../../../config/role.ts';
import type { Lab } from '../machine/lab.ts';
import { TURNAROUND_MS } from '../machine/neighbours.ts';

/** The package's own example, for a node wired as this machine is. */
const EXAMPLE = '/usr/share/doc/ties/examples/node.json';
const ROLE = '/etc/ties/role.json';
const AS_SERVICE = ['runuser', '-u', 'ties', '--'] as const;
const INTERVAL_S = 10;

interface Doctor {
  readonly ok: boolean;
  readonly checks: readonly { readonly id: string; readonly level: string }[];
}

/**
 * There is no telling the model of the machine, or its supply, on what is no Raspberry Pi; and the
 * role starts no swtpm and has a radio of its own.
 */
const SKIPPED = ['machine.model', 'power.throttled', 'tpm.swtpm', 'radio.air'];

/** The installed package on this machine. */
export const serviceChecks = (lab: Lab): void => {
  describe('the package', () => {
    test('finds nothing to mend here: ties doctor, as the user of the service', async () => {
      const { $schema: _, ...example } = JSON.parse(await lab.agent.call('shell', 'read', EXAMPLE));
      const peers = ['center', lab.neighbours.device];
      const role: RoleInput = {
        ...example,
        radio: { ...example.radio, turnaroundMs: TURNAROUND_MS },
        sensor: { ...example.sensor, intervalS: INTERVAL_S, peers },
      };
      expect(roleSchema.safeParse(role).error).toBe(undefined);
      await lab.agent.call('shell', 'write', ROLE, JSON.stringify(role));
      const doctor = ['ties', 'doctor', '--config', ROLE, '--json'];
      const { ok, checks } = JSON.parse(await lab.run(...AS_SERVICE, ...doctor)) as Doctor;
      const others = checks.filter(({ level }) => level !== 'ok');
      console.log(`${checks.length - others.length} of ${checks.length} checks are green`);
      expect(others.filter(({ id }) => !SKIPPED.includes(id))).toEqual([]);
      expect(ok).toBe(true);
    });

    test('is provisioned, and admitted by its label', async () => {
      const provision = ['ties', 'provision', '--config', ROLE, '--json'];
      const { label } = JSON.parse(await lab.run(...AS_SERVICE, ...provision));
      expect(label).toMatch(/^TIES1(-[0-9A-Z]{7}){8}$/);
      await lab.neighbours.admit('machine', label);
    });

    test('comes to READY under the restrictions of its unit', async () => {
      const started = performance.now();
      await lab.run('systemctl', 'start', 'ties');
      const properties = ['ActiveState', 'StatusText', 'User', 'ProtectSystem', 'DevicePolicy'];
      const shown = await lab.run('systemctl', 'show', 'ties', '-p', properties.join());
      console.log(`READY after ${Math.round(performance.now() - started)} ms`);
      const lines = shown.trim().split('\n');
      expect(Object.fromEntries(lines.map((line) => line.split('=')))).toEqual({
        ...{ ActiveState: 'active', StatusText: expect.stringMatching(/^node N1: running/) },
        ...{ User: 'ties', ProtectSystem: 'strict', DevicePolicy: 'closed' },
      });
    });
  });
};
