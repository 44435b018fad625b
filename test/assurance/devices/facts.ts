import type { LabelRecord, MemberRecord } from '../../../actors/center/records.ts';
import type { Slots } from '../../../actors/node/sessions.ts';
import type { KeyBlob } from '../../../drivers/tpm/interface.ts';
import { decodeBody } from '../../../protocol/body.ts';
import { toHex } from '../../../protocol/bytes.ts';
import { CENTER } from '../../../protocol/identity.ts';
import { type BodyOf, PURPOSES, specOf } from '../../../protocol/messages.ts';
import { entryOf, isActive, type Roster, type RosterHead } from '../../../protocol/roster.ts';
import { parseKeyedHash } from '../../../protocol/tpm/keyed-hash.ts';
import { isLater, transactionText } from '../../../protocol/transaction.ts';
import type { Device, Happened } from './device.ts';
import { keyName, type Noted, type Taken } from './provider.ts';

/** What has happened, in words that both ends of it would use: `accepted 3<2 key transaction`. */
export type Fact = string;

type Used = Noted & { readonly type: 'used' };
type Sealed = Noted & { readonly type: 'sealed' };

/** `unique` names a session key on the air and in a TPM. */
const uniqueOf = ({ public: area }: KeyBlob): string => keyName(parseKeyedHash(area).unique);

/** The facts that an input adds to those of before. */
export const factsOf = (
  device: Device,
  happened: Happened,
  before: ReadonlySet<Fact>,
): readonly Fact[] => {
  const facts = new Set(before);
  const add = (fact: Fact): void => {
    facts.add(fact);
  };
  const again = (fact: Fact, what: Fact): void => add(facts.has(fact) ? what : fact);
  const dataKeys = happened.noted
    .filter((noted) => noted.type === 'derived')
    .filter(({ block }) => block[5] === PURPOSES.data)
    .map(({ key }) => key);
  const pair = [...dataKeys].sort().join('+');

  let used: Used | null = null;
  for (const noted of happened.noted) {
    if (noted.type === 'used') {
      used = noted;
      if (noted.name === 'data' && noted.dst === device.address) {
        const answered = [...facts].findLast(
          (fact) =>
            fact.startsWith(`answered ${noted.dst}<${noted.src} `) && fact.includes(noted.key),
        );
        if (answered !== undefined) add(answered.replace('answered', 'proven'));
      }
    }
    if (noted.type === 'sealed' && used !== null) {
      add(`nonce ${noted.key}:${noted.nonce} ${noted.said}`);
      add(`speaks ${noted.key} ${placeOf(used)}`);
      sealed(used, noted);
    }
    if (noted.type === 'wrote') taken(noted.requester, noted.taken);
    if (noted.type === 'derived') add(`knows ${noted.key} ${noted.root}`);
    if (noted.type !== 'performed') continue;
    if (noted.name === 'importSessionKey')
      again(`imported ${device.address} ${noted.root}`, `twice ${device.address} ${noted.root}`);
    if (noted.name === 'translate') again(`translated ${noted.root}`, `again ${noted.root}`);
    if (noted.name === 'unsealAccessKey') unsealed();
    if (noted.name === 'persistMasterKey') add(`adopted ${device.name} ${noted.root}`);
    if (noted.name === 'createMasterKey') {
      const labels = device.entries<LabelRecord>('label/');
      if (labels.every(({ sealed }) => sealed === null)) add(`late ${device.name}`);
      add(`granted ${device.name} ${noted.root}`);
      add(`blob ${noted.blob} ${noted.root}`);
    }
  }

  /** For the attempt to which a floor was raised just before. */
  function unsealed(): void {
    const attempts = device
      .entries<LabelRecord>('label/')
      .map(({ devId, floor }) => `${toHex(devId)} ${floor?.epoch}.${floor?.number}`);
    const latest = attempts.find((attempt) => !facts.has(`offered ${attempt}`));
    add(latest === undefined ? `again ${attempts.join()}` : `offered ${latest}`);
  }

  /** N2 has written a key down as another's. */
  function taken(requester: number, key: Taken): void {
    const about = `accepted ${device.address}<${requester} `;
    const isOld = [...facts].some((fact) => {
      if (!fact.startsWith(about)) return false;
      const [, epoch = 0, number = 0] = (fact.split(' ')[3] ?? '').split('.').map(Number);
      return isLater({ epoch, number }, key);
    });
    if (isOld) add(`downgraded ${device.address}<${requester} ${transactionText(key)}`);
    add(`${about}${keyName(key.unique)} ${transactionText(key)}`);
  }

  function sealed({ name, src, dst }: Used, { plaintext, key }: Sealed): void {
    if (name === 'K1') {
      const { peer, number, wrap } = decodeBody(name, plaintext) as unknown as BodyOf<'K1'>;
      const transaction = { requester: src, epoch: device.epoch, number };
      add(`made ${src}>${peer} ${keyName(wrap.slice(0, 32))} ${transactionText(transaction)}`);
    }
    if (name === 'K2.direct' || name === 'ticket') {
      const { requester, wrap } = decodeBody(name, plaintext) as unknown as BodyOf<'ticket'>;
      add(`delivered ${dst}<${requester} ${keyName(wrap.slice(0, 32))}`);
      for (const node of [requester, dst])
        if (device.stored<MemberRecord>(`member/${node}`)?.standing !== 'active')
          add(`served ${node}`);
    }
    if (name === 'C2') {
      add(`answered ${src}<${dst} ${pair}`);
      const { answer } = decodeBody(name, plaintext) as unknown as BodyOf<'C2'>;
      // One ID is tried under each key that is held.
      const challenge = `${src}<${dst} ${key} ${toHex(answer)}`;
      again(`responded ${challenge}`, `again ${challenge}`);
    }
  }

  for (const event of happened.news as readonly { type: string; [key: string]: unknown }[]) {
    const peer = Number(
      String(event.actor ?? '')
        .split('.')
        .at(-1),
    );
    if (event.type === 'session.established') {
      const { own } = device.stored<Slots>(`session/${event.peer}`) ?? {};
      if (own !== undefined)
        add(
          `established ${device.address}>${event.peer} ${uniqueOf(own.key)} ${transactionText(own.transaction)}`,
        );
    }
    if (event.type === 'reading.received') {
      const reading = `${device.address}<${event.from} ${toHex(event.payload as Uint8Array)}`;
      again(`read ${reading}`, `reread ${reading}`);
    }
    if (event.type !== 'run.ended' || event.reason !== null) continue;
    if (event.actor === `confirm.initiator.${peer}`)
      add(`confirmed ${device.address}>${peer} ${pair}`);
    if (event.actor === 'rejoin')
      add(`rejoined ${device.address} ${device.epoch}.${device.stored('centerEpoch')}`);
  }

  if (device.address === CENTER) centerFacts(device, facts, add);
  else nodeFacts(device, facts, add);
  return [...facts].slice(before.size);
};

const placeOf = ({ name, src, dst, epoch }: Used): string => {
  const { protection } = specOf(name);
  const purpose = protection.kind === 'aead' ? protection.purpose : name;
  const isFirst = purpose === 'rejoin' || purpose === 'confirm' || purpose === 'ack';
  // K_J1 is the label's, whatever address its device draws for an attempt.
  if (name === 'J1') return name;
  return `${purpose === 'join' ? name : purpose}/${src}>${dst}${isFirst ? '' : `/${epoch}`}`;
};

/** The chain of hashes stands for all that changed up to this version. */
const textOfList = ({ version, hash }: RosterHead): string => `${version}:${toHex(hash)}`;

const centerFacts = (device: Device, facts: ReadonlySet<Fact>, add: (fact: Fact) => void): void => {
  const list = device.stored<RosterHead>('roster');
  if (list !== undefined) add(`published ${textOfList(list)}`);
  for (const { address, devId } of device.entries<LabelRecord>('label/'))
    add(`address ${toHex(devId)} ${address}`);
  for (const member of device.entries<MemberRecord>('member/')) {
    const { address, devId, masterKey, nodeEpoch, centerEpoch, standing } = member;
    add(`address ${toHex(devId)} ${address}`);
    const blob = `blob ${keyName(masterKey.public.slice(-32))} `;
    const made = [...facts].find((fact) => fact.startsWith(blob));
    if (made !== undefined) add(`admitted ${device.name} ${made.slice(blob.length)}`);
    const epochs = `recorded ${address} `;
    for (const fact of facts)
      if (fact.startsWith(epochs) && Number.parseInt(fact.slice(epochs.length), 10) > nodeEpoch)
        add(`rewound ${address} ${nodeEpoch}.${centerEpoch}`);
    add(`${epochs}${nodeEpoch}.${centerEpoch}`);
    if (standing !== 'active') add(`dismissed ${address}`);
  }
};

const nodeFacts = (device: Device, facts: ReadonlySet<Fact>, add: (fact: Fact) => void): void => {
  const self = device.address;
  if (self === 0) return;
  const list = device.stored<Roster>('roster');
  const versions = [...facts].flatMap(
    (fact) => new RegExp(`^lists ${self} (\\d+):`).exec(fact)?.[1] ?? [],
  );
  if (versions.some((version) => Number(version) > (list?.version ?? 0)) && device.isMember)
    add(`forgot ${self} ${list?.version ?? 0}`);
  if (list !== undefined) {
    add(`lists ${self} ${textOfList(list)}`);
    for (const peer of device.peers) if (isOff(list, peer)) add(`holds ${self} ${peer}`);
  }
};

const isOff = (list: Roster, peer: number): boolean => {
  const entry = entryOf(list, peer);
  return entry !== undefined && !isActive(entry);
};
