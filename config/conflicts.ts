import type { Role } from './role.ts';

/** A fault that no field has by itself. */
export interface Conflict {
  readonly path: readonly (string | number)[];
  readonly reason: string;
  readonly remedy: string;
}

type Rule = (role: Role) => Conflict | null;

/** 25 mW e.r.p. from 868.0 to 868.6 MHz (ERC/REC 70-03 annex 1, band h1.4). */
const PAPER_MAX_DBM = 14;
/** SX1276 datasheet §5.4.2. */
const RFO_MAX_DBM = 14;

const translateElsewhere: Rule = ({ role, tpm }) =>
  (role === 'node' || role === 'sniffer') && tpm?.translate === 'rewrap'
    ? {
        path: ['tpm', 'translate'],
        reason: 'Only the center translates session keys',
        remedy: `Leave this out of a ${role}.`,
      }
    : null;

const sensorElsewhere: Rule = ({ role, sensor }) =>
  (role === 'center' || role === 'sniffer') && sensor !== undefined
    ? {
        path: ['sensor'],
        reason: 'Only a node has a sensor',
        remedy: `Leave this out of a ${role}.`,
      }
    : null;

const snifferWithoutTrace: Rule = ({ role, trace }) =>
  role === 'sniffer' && trace === undefined
    ? {
        path: ['trace'],
        reason: 'A sniffer does nothing but record',
        remedy: 'Give "trace": {}, or an object with "directory".',
      }
    : null;

const peerNamedTwice: Rule = ({ sensor }) => {
  const peers = listed(sensor?.peers);
  const at = peers.findIndex((peer, index) => peers.indexOf(peer) < index);
  return at >= 0
    ? {
        path: ['sensor', 'peers', at],
        reason: `"${peers[at]}" stands here twice`,
        remedy: 'Name each peer once.',
      }
    : null;
};

const sharedPin: Rule = ({ radio }) => {
  const { dio0, dio1, reset } = (radio?.driver === 'sx127x' && radio.pins) || {};
  const used = Object.entries({ dio0, dio1, reset }).filter(([, bcm]) => typeof bcm === 'number');
  for (const [at, [line, bcm]] of used.entries()) {
    const other = used.slice(0, at).find(([, taken]) => taken === bcm);
    if (other !== undefined)
      return {
        path: ['radio', 'pins', line],
        reason: `BCM${bcm} is already that of ${other[0]}`,
        remedy: 'Give each line a pin of its own, or null where it is not wired.',
      };
  }
  return null;
};

const powerOfRfo: Rule = ({ radio }) =>
  radio?.driver === 'sx127x' &&
  radio.paPin === 'RFO' &&
  isPower(radio.powerDbm) &&
  radio.powerDbm > RFO_MAX_DBM
    ? {
        path: ['radio', 'powerDbm'],
        reason: `RFO gives at most ${RFO_MAX_DBM} dBm`,
        remedy: `Give ${RFO_MAX_DBM} or less, or wire PA_BOOST.`,
      }
    : null;

const powerOfPaper: Rule = ({ radio }) =>
  radio?.preset === 'paper' && isPower(radio.powerDbm) && radio.powerDbm > PAPER_MAX_DBM
    ? {
        path: ['radio', 'powerDbm'],
        reason: `868.1 MHz of the preset "paper" allows 25 mW, ${PAPER_MAX_DBM} dBm`,
        remedy: `Give ${PAPER_MAX_DBM} or less, or take another preset.`,
      }
    : null;

const swtpmPlace: Rule = ({ tpm }) =>
  tpm?.driver === 'swtpm' && (tpm.socket === undefined) === (tpm.state === undefined)
    ? {
        path: ['tpm'],
        reason: `swtpm has ${tpm.socket === undefined ? 'neither' : 'both'} socket ${tpm.socket === undefined ? 'nor' : 'and'} state`,
        remedy: 'Give socket of an swtpm that runs, or state, a directory to start one in.',
      }
    : null;

const RULES: readonly Rule[] = [
  ...[translateElsewhere, sensorElsewhere, snifferWithoutTrace, peerNamedTwice],
  ...[sharedPin, powerOfRfo, powerOfPaper, swtpmPlace],
];

/**
 * Where fields contradict each other. Looks also at a role that has faults, so nothing about it is
 * sure: what is no object has no such fields, and what has another type is not compared.
 */
export const conflicts = (role: Role): Conflict[] =>
  role === null || typeof role !== 'object'
    ? []
    : RULES.map((rule) => rule(role)).filter((conflict) => conflict !== null);

const listed = (peers: unknown): readonly unknown[] => (Array.isArray(peers) ? peers : []);
const isPower = (power: unknown): power is number => typeof power === 'number';
