import { fromPromise } from 'xstate';
import { ktcInquirerMachine } from '../../machines/ktc/inquirer.ts';
import { concat, fromHex, toHex } from '../../protocol/bytes.ts';
import { devIdOf, isNode, namedBy, shortDevId } from '../../protocol/identity.ts';
import type { BodyOf } from '../../protocol/messages.ts';
import { NAME_ALGORITHM } from '../../protocol/tpm/name.ts';
import { Outbox } from '../outbox.ts';
import type { NodeHost } from './host.ts';
import type { Who } from './inquiries.ts';

const PREFIX = 'ktc.inquirer.';
export const inquirerId = (who: Who): string => `${PREFIX}${who}`;
/** Whom the run of this name asks about; null where it is another run. */
export const askedBy = (actor: string): Who | null => {
  if (!actor.startsWith(PREFIX)) return null;
  const who = actor.slice(PREFIX.length);
  return who.length === DEVICE_DIGITS ? who : Number(who);
};
const DEVICE_DIGITS = 16;

/** Ask the Central Entity about a device, and take its word for what the list does not say. */
export const hostedInquiry = (host: NodeHost, who: Who) => {
  const { station } = host;
  const outbox = new Outbox();
  const peer = typeof who === 'number' ? namedBy(who) : fromHex(who);
  return ktcInquirerMachine.provide({
    actors: {
      transmit: fromPromise(async ({ signal }) => {
        const sealed = await outbox.once('peer.query', () =>
          host.sealToCenter('peer.query', {}, { peer }),
        );
        station.expect(sealed, inquirerId(who));
        await station.transmit(sealed, { signal });
      }),
    },
    actions: {
      acceptPeer: ({ event }) => {
        if (event.type === 'peer.described') takeWord(host, who, event.body);
      },
    },
  });
};

/** What the Central Entity says of a peer; who is off the list loses the keys shared with it. */
export const takeWord = (host: NodeHost, who: Who, said: BodyOf<'peer.info'>): void => {
  const { status, address, name, rosterVersion } = said;
  if (status === 'revoked' && typeof who === 'number')
    return void host.sessions.drop([who]).catch(() => undefined);
  if (status !== 'ok' || !isNode(address)) return;
  const devId = shortDevId(devIdOf(concat(NAME_ALGORITHM, name)));
  if (typeof who === 'number' ? who !== address : who !== toHex(devId)) return;
  // What a restart takes away can be asked again.
  host.held.vouch({ address, devId }, rosterVersion).catch(() => undefined);
};
