import { TiesError } from '../../../protocol/errors.ts';

/** A command that the TPM answered with a response code. */
export class TpmRefusal extends TiesError {
  readonly command: string;
  readonly responseCode: number;

  constructor(command: string, responseCode: number) {
    const { name, remedy } = explain(responseCode);
    super(
      'TPM_REFUSED',
      `TPM2_${command} was answered with 0x${responseCode.toString(16)} (${name}); ${remedy}`,
    );
    this.command = command;
    this.responseCode = responseCode;
  }
}

interface Explanation {
  readonly name: string;
  readonly remedy: string;
}

const REPORT = 'this is unexpected: report it with this message';
const FOREIGN = 'what was given to it was made for another TPM, or altered on the way';

/** TPM_RC with the number of the handle, session or parameter taken away (Part 2, 6.6.3). */
const EXPLANATIONS: ReadonlyMap<number, Explanation> = new Map([
  [0x100, { name: 'TPM_RC_INITIALIZE', remedy: 'the TPM was reset: start this computer anew' }],
  [0x101, { name: 'TPM_RC_FAILURE', remedy: 'what was given to it does not decrypt' }],
  [0x120, { name: 'TPM_RC_DISABLED', remedy: 'enable the TPM in the firmware settings' }],
  [0x143, { name: 'TPM_RC_COMMAND_CODE', remedy: 'this TPM lacks the command' }],
  [0x14b, { name: 'TPM_RC_NV_SPACE', remedy: 'free NV or persistent objects of other software' }],
  [0x14c, { name: 'TPM_RC_NV_DEFINED', remedy: 'other software uses this handle: evict it' }],
  [0x14a, { name: 'TPM_RC_NV_UNINITIALIZED', remedy: 'provision this TPM' }],
  [0x902, { name: 'TPM_RC_OBJECT_MEMORY', remedy: 'other software fills the TPM: stop it' }],
  [0x903, { name: 'TPM_RC_SESSION_MEMORY', remedy: 'other software fills the TPM: stop it' }],
  [0x908, { name: 'TPM_RC_YIELDED', remedy: 'the TPM stays busy: try again' }],
  [0x90a, { name: 'TPM_RC_TESTING', remedy: 'the TPM still tests itself: try again' }],
  [0x920, { name: 'TPM_RC_NV_RATE', remedy: 'NV was written too often: wait and try again' }],
  [0x921, { name: 'TPM_RC_LOCKOUT', remedy: 'reset the lockout (tpm2_dictionarylockout)' }],
  [0x922, { name: 'TPM_RC_RETRY', remedy: 'the TPM stays busy: try again' }],
  [0x082, { name: 'TPM_RC_ATTRIBUTES', remedy: REPORT }],
  [0x083, { name: 'TPM_RC_HASH', remedy: 'this TPM lacks the hash algorithm' }],
  [0x084, { name: 'TPM_RC_VALUE', remedy: FOREIGN }],
  [0x08b, { name: 'TPM_RC_HANDLE', remedy: 'an object is gone: provision this TPM' }],
  [0x08e, { name: 'TPM_RC_AUTH_FAIL', remedy: 'other software changed the authorization' }],
  [0x095, { name: 'TPM_RC_SIZE', remedy: FOREIGN }],
  [0x096, { name: 'TPM_RC_SYMMETRIC', remedy: 'this TPM lacks the symmetric algorithm' }],
  [0x09d, { name: 'TPM_RC_POLICY_FAIL', remedy: 'the key may not be used this way' }],
  [0x09f, { name: 'TPM_RC_INTEGRITY', remedy: FOREIGN }],
  [0x0a2, { name: 'TPM_RC_BAD_AUTH', remedy: 'other software changed the authorization' }],
  [0x0a7, { name: 'TPM_RC_ECC_POINT', remedy: FOREIGN }],
]);

/** Every response code that has a name here. */
export const NAMED: readonly number[] = [...EXPLANATIONS.keys()];

const explain = (responseCode: number): Explanation =>
  EXPLANATIONS.get(isFormatOne(responseCode) ? responseCode & 0xbf : responseCode) ?? {
    name: 'TPM 2.0 Part 2, 6.6.3',
    remedy: REPORT,
  };

/** Whether the code is about a handle, session or parameter of the command (Part 2, 6.6.2). */
export const isFormatOne = (responseCode: number): boolean => (responseCode & 0x80) !== 0;

/** RETRY, YIELDED, TESTING, NV_RATE: the command did not run and may be sent again. */
export const isTransient = (responseCode: number): boolean =>
  [0x922, 0x908, 0x90a, 0x920].includes(responseCode);

/** The session is not loaded, or its HMAC is not what this TPM computes: it was reset meanwhile. */
export const isSessionLost = (responseCode: number): boolean =>
  (responseCode >= 0x918 && responseCode <= 0x91e) ||
  // TPM_RC_HANDLE of a session; without TPM_RC_S it is an object that is gone.
  (responseCode & 0x8ff) === 0x88b ||
  (isFormatOne(responseCode) && [0x8e, 0xa2].includes(responseCode & 0xbf));

/** TPM_RC_INITIALIZE. */
export const isNotStarted = (responseCode: number): boolean => (responseCode & 0xffff) === 0x100;

export const isFailure = (responseCode: number): boolean => (responseCode & 0xffff) === 0x101;

export const inFailureMode = (command: string): TiesError =>
  new TiesError(
    'TPM_UNAVAILABLE',
    `TPM2_${command}: the TPM is in failure mode (TPM_RC_FAILURE); cut its power once.`,
  );

const LAYERS: ReadonlyMap<number, string> = new Map([
  [7, 'ESAPI'],
  [8, 'SAPI'],
  [9, 'marshalling'],
  [10, 'TCTI'],
]);

/** Low 16 bits are the TPM's own where it, or the kernel's resource manager, answered. */
const isFromTpm = (layer: number): boolean => layer === 0 || layer === 11 || layer === 12;

/** The error for a TSS2_RC other than success (TSS 2.0 Overview and Common Structures, 2.4). */
export const errorOf = (command: string, rc: number): TiesError => {
  const layer = (rc >>> 16) & 0xff;
  if (isFromTpm(layer)) return new TpmRefusal(command, rc & 0xffff);
  return new TiesError(
    'TPM_UNAVAILABLE',
    `${command} failed in tpm2-tss (${LAYERS.get(layer) ?? layer}, 0x${rc.toString(16)}); ` +
      'check that the TPM is there and that nothing else uses it, then start again',
  );
};
