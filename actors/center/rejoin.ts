import { fromPromise } from 'xstate';
import { rejoinCenterMachine } from '../../machines/rejoin/center.ts';
import { PAUSE_MS, rejoinHeraldMachine } from '../../machines/rejoin/herald.ts';
import { encodeBody } from '../../protocol/body.ts';
import { readUint, sha256 } from '../../protocol/bytes.ts';
import { BROADCAST, CENTER } from '../../protocol/identity.ts';
import type { ClearOf } from '../../protocol/messages.ts';
import { callPreimage } from '../../protocol/roster.ts';
import { parsed } from '../parsed.ts';
import type { Opened } from '../router.ts';
import type { CenterHost } from './host.ts';
import type { Decision } from './join.ts';
import type { MemberRecord } from './records.ts';

export const HERALD = 'rejoin.herald';
export const rejoinId = (node: number): string => `rejoin.${node}`;
export const demandId = (node: number): string => `rejoin.demand.${node}`;

/** The Central Entity's side of one rejoin, from an authenticated R1. */
export const hostedRejoin = (host: CenterHost, opened: Opened) => {
  const { station, records } = host;
  const { request, heard } = opened;
  const { label, offer } = opened.note as Decision;
  return parsed(rejoinCenterMachine).provide({
    actors: {
      recordEpochs: fromPromise(async () => {
        const { epoch } = opened.event.clear as ClearOf<'R1'>;
        const before = records.association(label.address, offer).root.id;
        const floor = { epoch, number: request.counter };
        await records.rejoin(label, offer, floor, station.epoch);
        const after = records.association(label.address, memberOf(host, label.address)).root.id;
        // The same epochs mean the same keys: their windows stay.
        if (after !== before) station.keys.forget(before);
      }),
      transmit: fromPromise(async ({ signal }) => {
        const { standing } = memberOf(host, label.address);
        const sealed = await station.sealRejoin(records.bond(label.address, offer), {
          name: 'R2',
          body: { standing, rosterVersion: host.roster.version },
          bound: sha256(heard.payload),
        });
        await station.transmit(sealed, { signal, answering: request });
      }),
    },
  });
};

const memberOf = ({ records }: CenterHost, address: number): MemberRecord =>
  records.member(address) as MemberRecord;

/** Say R0 to a node, under every key that it may hold. */
export const demandRejoin = async (
  { station, records }: CenterHost,
  address: number,
  signal: AbortSignal,
): Promise<void> => {
  for (const offer of records.offersTo(address)) {
    const bond = records.bond(address, offer);
    await station.transmit(await station.sealRejoin(bond, { name: 'R0', body: {} }), { signal });
  }
};

/** Say to all at once that there is a new epoch. */
const callAll = async (host: CenterHost, spreadMs: number, signal: AbortSignal): Promise<void> => {
  const { station, records } = host;
  const body = encodeBody('R0.all', { epoch: station.epoch, spreadMs });
  const preimage = callPreimage(records.network.netId, body);
  const payload = await host.sign('R0.all', body, preimage);
  await station.outlets.send({ net: host.net, src: CENTER, dst: BROADCAST, payload }, signal);
};

/** After a restart: those are called whom nothing was heard of since. */
export const hostedHerald = (host: CenterHost) =>
  parsed(rejoinHeraldMachine).provide({
    actors: {
      transmit: fromPromise(async ({ input, signal }) => {
        if (input.message === 'R0.all') await callAll(host, input.spreadMs, signal);
        else if (host.isStale(memberOf(host, input.to))) await demandRejoin(host, input.to, signal);
      }),
      muster: fromPromise(async () => host.unheard),
    },
    delays: {
      pause: () => PAUSE_MS + (readUint(host.station.random.bytes(2), 0, 2) % PAUSE_MS),
    },
  });
