import { EMPTY_ROSTER } from '../../protocol/roster.ts';
import { entry, SigningCenter } from './authority.ts';

/** Nine versions of a list, as a Central Entity signs and sends them; and such as it did not. */
export const center = new SigningCenter();
const { netId, rosterKey } = center;
const versions = center.history(9);
const at = (version: number) => {
  const it = versions[version - 1];
  if (it === undefined) throw new RangeError(`There is no version ${version}.`);
  return it;
};
export const delta = (version: number) => at(version).delta;
export const rosterAt = (version: number) => (version === 0 ? EMPTY_ROSTER : at(version).roster);
export const page = (version: number) => center.page(rosterAt(version), 0);
/** Devices 2 and 3 are taken off, as the version that follows. */
export const dismissal = (version: number) =>
  center.delta(rosterAt(version), [entry(2, 'revoked'), entry(3, 'left')]);
const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, i) => (i === 9 ? byte ^ 1 : byte));
export const forged = <T extends { readonly signature: Uint8Array }>(message: T): T => ({
  ...message,
  signature: flipped(message.signature),
});
export const heard = (version: number) => ({ type: 'version.heard', version }) as const;
export const altered = { ...delta(3), signed: flipped(delta(3).signed) };
export const fork = center.delta({ ...rosterAt(2), hash: new Uint8Array(16) }, [entry(4)]);

/** What a keeper begins with. */
export const input = (version: number, wanted = version) => ({
  netId,
  rosterKey,
  roster: rosterAt(version),
  wanted,
  kept: version,
  floor: 0,
});
