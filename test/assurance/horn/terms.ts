import { type MessageName, specOf } from '../../../protocol/messages.ts';

/** A clause: all of these make that so. Capital letters are variables. */
export interface Clause {
  readonly name: string;
  readonly given: readonly string[];
  readonly result: string;
}

export const clause = (name: string, given: readonly string[], result: string): Clause => ({
  name,
  given,
  result,
});

/** `pair(a,pair(b,c))`; nothing is a constant of its own. */
export const tuple = (...parts: readonly string[]): string => {
  const [first = 'nothing', ...rest] = parts;
  return rest.length === 0 ? first : `pair(${first},${tuple(...rest)})`;
};

/** A message name as a symbol: `K2.direct` is `tK2direct`. */
export const typeOf = (name: MessageName): string => `t${name.replaceAll('.', '')}`;

/**
 * A sealed message, from its row in the message table: purpose and direction of its key, whether
 * it has a bound part, and its body, which must name the table's fields, all of them and in order.
 */
export const sealed = (
  name: MessageName,
  from: { readonly root: string; readonly src: string; readonly dst: string },
  said: {
    readonly clear?: Readonly<Record<string, string>>;
    readonly body?: Readonly<Record<string, string>>;
    readonly bound?: string;
    readonly context?: string;
  } = {},
): string => {
  const { clear = {}, body = {}, bound, context = 'nothing' } = said;
  const spec = specOf(name);
  const isSame = (fields: object, values: object): boolean =>
    Object.keys(fields).join() === Object.keys(values).join();
  if (spec.body === 'raw' || !isSame(spec.body, body) || !isSame(spec.clear, clear))
    throw new Error(`The message table has other fields for ${name} than this model.`);
  if (spec.protection.kind !== 'aead' || (spec.bound !== undefined) !== (bound !== undefined))
    throw new Error(`The message table protects or binds ${name} otherwise than this model.`);
  const { purpose } = spec.protection;
  const key =
    purpose === 'join'
      ? from.root
      : `hmac(${from.root},${purpose},${from.src},${from.dst},${context})`;
  const data = tuple(typeOf(name), from.src, from.dst, ...Object.values(clear), bound ?? 'nothing');
  return `aead(${key},${data},${tuple(...Object.values(body))})`;
};

/** What the attacker can do with what he knows; the symbols of the protocol's own are added. */
export const ATTACKER: readonly Clause[] = [
  clause('seal', ['k(K)', 'k(A)', 'k(M)'], 'k(aead(K,A,M))'),
  clause('open', ['k(aead(K,A,M))', 'k(K)'], 'k(M)'),
  clause('associated', ['k(aead(K,A,M))'], 'k(A)'),
  clause('pair', ['k(X)', 'k(Y)'], 'k(pair(X,Y))'),
  clause('first', ['k(pair(X,Y))'], 'k(X)'),
  clause('second', ['k(pair(X,Y))'], 'k(Y)'),
  clause('derive', ['k(R)', 'k(P)', 'k(S)', 'k(D)', 'k(C)'], 'k(hmac(R,P,S,D,C))'),
  clause('wrap', ['k(S)', 'k(R)', 'k(P)'], 'k(wrap(S,R,P))'),
  clause('unwrap', ['k(wrap(S,rk(e),P))'], 'k(S)'),
  clause('hash', ['k(X)'], 'k(hash(X))'),
];
