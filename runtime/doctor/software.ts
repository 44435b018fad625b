import type { Role } from '../../config/role.ts';
import { type Check, fail, ok, skip } from './check.ts';

/** A TPM that is reached by tpm2-tss, which calls C. */
const ffiOf = ({ tpm }: Role): string | null => (tpm.driver === 'model' ? null : tpm.ffi);

const tss: Check = {
  id: 'tpm.library',
  what: 'tpm2-tss',
  look: (host, role) => {
    const ffi = ffiOf(role);
    if (ffi === null) return skip('the role has a model of a TPM');
    if (!host.loads(ffi)) return skip(`it cannot be tried without ${ffi}`);
    host.loadTss();
    return ok('it loads');
  },
};

const swtpm: Check = {
  id: 'tpm.swtpm',
  what: 'swtpm',
  look: (host, { tpm }) => {
    if (tpm.driver !== 'swtpm' || tpm.state === undefined) return skip('the role starts none');
    return host.finds('swtpm')
      ? ok('it is installed')
      : fail('it is not installed', 'Type: sudo apt-get install swtpm');
  },
};

const air: Check = {
  id: 'radio.air',
  what: 'Air of simulated radios',
  look: (host, { radio }) => {
    if (radio.driver !== 'socket') return skip('the role has a radio');
    return host.access(radio.path) === 'allowed'
      ? ok(radio.path)
      : skip(`nobody serves it yet: before the devices, ties air --socket ${radio.path}`);
  },
};

/** What stands behind a TPM, and for chips where there are none. */
export const softwareChecks: readonly Check[] = [tss, swtpm, air];
