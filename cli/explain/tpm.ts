import { type Explanations, NOTHING, OUR_FAULT } from './explanation.ts';

/** The TPM and software that stands for one. */
export const tpm: Explanations = {
  SWTPM_FAILED: ['swtpm did not start.', 'See that no other runs in tpm.state.'],
  SWTPM_MISSING: ['swtpm is not installed.', 'sudo apt-get install swtpm'],
  SWTPM_STATE: ['tpm.state cannot be written.', 'Give a directory of this user.'],
  TPM_ALREADY_PROVISIONED: [
    'This TPM has its keys; they are made once.',
    'Use it as it is, or clear the TPM and provision it anew: all its keys are then lost.',
  ],
  TPM_BAD_KEY: ['A public key that was sent is none.', 'See which peer sends it; revoke it.'],
  TPM_BAD_WRAP: ['A wrapped key was not made for this TPM.', 'See which peer sends it.'],
  TPM_BUSY: ['Too many operations wait for the TPM.', 'Wait; where it stays, restart.'],
  TPM_EPOCH: [
    'The boot counter of the TPM has gone beyond what an epoch can be.',
    'Use another TPM: a counter never goes back, not by clearing either.',
  ],
  TPM_FLOOR: [
    'The list of authorized devices is older than the TPM has seen.',
    'Put back the newest store.',
  ],
  TPM_INTEGRITY: ['A wrapped key is damaged or of another TPM.', 'Check where it comes from.'],
  TPM_MALFORMED: ['Bytes are no structure of a TPM.', 'Check where they come from.'],
  TPM_NOT_PROVISIONED: [
    'This TPM has no keys of TIES, or it was cleared.',
    'Stop the daemon and type: ties provision --config FILE',
  ],
  TPM_OTHER_KEY: ['This is not the TPM of this device.', 'Put the right one back.'],
  TPM_RANDOM: ['The random source is broken.', 'Replace the TPM.'],
  TPM_REFUSED: ['The TPM refused a command; the message has its response code.', OUR_FAULT],
  TPM_UNAVAILABLE: [
    'The TPM does not answer, is not there, or another process holds it.',
    'Stop the other; check wiring and overlay: ties doctor',
  ],
  TPM_UNSUPPORTED: ['The TPM has not what this takes.', 'Give tpm.translate "duplicate".'],
  CANCELLED: ['Who asked the TPM does not wait any more.', NOTHING],
};
