import { maximumBytes } from '../../protocol/sizes.ts';
import { slb9670 } from '../tpm-latency.ts';

/** One message of an exchange, sent when its sender's TPM has done what comes before. */
export interface Leg {
  readonly from: 'A' | 'S' | 'B';
  readonly to: 'A' | 'S' | 'B';
  readonly bytes: number;
  readonly tpmMs?: number;
}

const ms = (...commands: readonly (keyof typeof slb9670)[]): number =>
  commands.reduce((sum, command) => sum + slb9670[command].ms, 0);

type Kind = 'p256' | 'rsa2048';

/** Create, load and duplicate a key to somebody, and flush what was loaded. */
const duplicateMs = (kind: Kind): number =>
  ms(
    ...(['Load', 'LoadExternal', 'StartAuthSession:policy', 'PolicyDuplicationSelect'] as const),
    ...(['PolicyOR', kind === 'p256' ? 'Duplicate:p256' : 'Duplicate:rsa'] as const),
    ...(['FlushContext', 'FlushContext', 'FlushContext'] as const),
  );
const importMs = (kind: Kind): number => ms(kind === 'p256' ? 'Import:p256' : 'Import:rsa');

const size = (name: Parameters<typeof maximumBytes>[0], kind: Kind): number =>
  maximumBytes(name, { storageKey: kind });

/** A asks, its key goes through S (key translation), directly to B or back through A. */
const translation = (kind: Kind, mode: 'direct' | 'indirect'): Leg[] => {
  const ask: Leg = {
    ...{ from: 'A', to: 'S', bytes: size('K1', kind) },
    tpmMs: ms('Create:hmac') + duplicateMs(kind),
  };
  const translateMs = importMs(kind) + duplicateMs(kind);
  return mode === 'direct'
    ? [
        ask,
        { from: 'S', to: 'B', bytes: size('K2.direct', kind), tpmMs: translateMs },
        { from: 'B', to: 'S', bytes: size('K3.direct', kind), tpmMs: importMs(kind) },
        { from: 'S', to: 'A', bytes: size('K4', kind) },
      ]
    : [
        ask,
        { from: 'S', to: 'A', bytes: size('K2.indirect', kind), tpmMs: translateMs },
        { from: 'A', to: 'B', bytes: size('ticket', kind) },
        {
          ...{ from: 'B', to: 'A', bytes: size('K3.indirect', kind) },
          tpmMs: importMs(kind) + ms('Load', 'HMAC', 'FlushContext'),
        },
      ];
};

/** What asks for a key that another is to make: the header, mode, peer and n of K1, a tag. */
const REQUEST_BYTES = 34;

/** S makes the key and wraps it to both (key distribution), with our own envelope around. */
const distribution = (kind: Kind): Leg[] => [
  { from: 'A', to: 'S', bytes: REQUEST_BYTES },
  {
    ...{ from: 'S', to: 'B', bytes: size('K2.direct', kind) },
    tpmMs: ms('Create:hmac') + duplicateMs(kind),
  },
  { from: 'B', to: 'S', bytes: size('K3.direct', kind), tpmMs: importMs(kind) },
  { from: 'S', to: 'A', bytes: size('K2.direct', kind), tpmMs: duplicateMs(kind) },
  { from: 'A', to: 'S', bytes: size('K3.direct', kind), tpmMs: importMs(kind) },
];

const handshake = (...bytes: readonly number[]): Leg[] =>
  bytes.map((length, at) => ({
    ...(at % 2 === 0 ? ({ from: 'A', to: 'B' } as const) : ({ from: 'B', to: 'A' } as const)),
    bytes: length,
  }));

/**
 * How two parties come to a key. Sizes of TIES are the greatest of its message table, those of
 * EDHOC (method 3, kid) and DTLS 1.3 of draft-ietf-iotops-security-protocol-comparison, of LoRaWAN
 * of its specification 1.0.4 (join request and accept with a channel list); of these three just the messages, without TPM.
 */
export const exchanges = {
  'KTC direct, P-256': translation('p256', 'direct'),
  'KTC indirect, P-256': translation('p256', 'indirect'),
  'KTC direct, RSA': translation('rsa2048', 'direct'),
  'KTC indirect, RSA': translation('rsa2048', 'indirect'),
  'KDC, P-256': distribution('p256'),
  'KDC, RSA': distribution('rsa2048'),
  'EDHOC-shaped': handshake(37, 45, 19),
  'DTLS 1.3 PSK-shaped': handshake(219, 226, 56),
  'DTLS 1.3 RPK-shaped': handshake(185, 454, 255),
  'LoRaWAN join-shaped': handshake(23, 33),
} as const satisfies Readonly<Record<string, readonly Leg[]>>;

export type ExchangeName = keyof typeof exchanges;
