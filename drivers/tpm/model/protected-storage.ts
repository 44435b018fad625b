import { ATTRIBUTE } from '../../../protocol/tpm/constants.ts';
import { type Duplicate, importDuplicate } from '../../../protocol/tpm/duplication.ts';
import { type KeyedHash, parseKeyedHash } from '../../../protocol/tpm/keyed-hash.ts';
import { objectName } from '../../../protocol/tpm/name.ts';
import { outerUnwrap, outerWrap } from '../../../protocol/tpm/outer-wrap.ts';
import {
  isBound,
  keyedHashUnique,
  marshalSensitive,
  type Sensitive,
  unmarshalSensitive,
} from '../../../protocol/tpm/sensitive.ts';
import type { KeyBlob } from '../interface.ts';
import { type Chip, failingWith, refusal, storageOf, whileLoaded } from './chip.ts';

const FIXED = ATTRIBUTE.fixedTpm | ATTRIBUTE.fixedParent;
const OBFUSCATION_BYTES = 32;

/** A KEYEDHASH object in a transient slot. */
export interface LoadedObject {
  readonly name: Uint8Array;
  readonly area: KeyedHash;
  readonly sensitive: Sensitive;
}

const protect = (chip: Chip, area: Uint8Array, sensitive: Sensitive): KeyBlob => {
  const protection = { seed: storageOf(chip).seed.reveal(), name: objectName(area) };
  return { public: area, private: outerWrap(protection, marshalSensitive(sensitive)) };
};

const bind = (area: Uint8Array, sensitive: Sensitive): LoadedObject => {
  const parsed = parseKeyedHash(area);
  if (!isBound(parsed.unique, sensitive)) throw refusal('TPM_RC_BINDING: not its public area.');
  return { name: objectName(area), area: parsed, sensitive };
};

/** TPM2_Create under RK (TPM 2.0 Part 3, 12.1): `areaOf` gives the public area for a `unique`. */
export const create = (
  chip: Chip,
  areaOf: (unique: Uint8Array) => Uint8Array,
  bits: Uint8Array,
): KeyBlob => {
  const sensitive = { obfuscation: chip.random.bytes(OBFUSCATION_BYTES), bits };
  return protect(chip, areaOf(keyedHashUnique(sensitive)), sensitive);
};

/** TPM2_Load (Part 3, 12.2) for as long as `use` runs; `TPM_REFUSED` for another TPM's blob. */
export const withLoaded = <T>(chip: Chip, blob: KeyBlob, use: (object: LoadedObject) => T): T => {
  const seed = storageOf(chip).seed.reveal();
  const object = failingWith('TPM_REFUSED', 'This TPM does not load that blob.', () => {
    const structure = outerUnwrap({ seed, name: objectName(blob.public) }, blob.private);
    return bind(blob.public, unmarshalSensitive(structure));
  });
  return whileLoaded(chip, 'transient', () => use(object));
};

/**
 * TPM2_Import under RK (Part 3, 13.3) of a duplicate whose public area is `area`; `TPM_BAD_WRAP`
 * where it was made for another parent or Name, or its sensitive area is not that of `area`.
 */
export const importObject = (chip: Chip, area: Uint8Array, made: Duplicate): KeyBlob => {
  const { pair } = storageOf(chip);
  const sensitive = failingWith('TPM_BAD_WRAP', 'Not wrapped for this TPM and Name.', () => {
    const object = bind(area, importDuplicate(pair, objectName(area), made));
    if ((object.area.attributes & FIXED) !== 0) throw refusal('TPM_RC_ATTRIBUTES: it is fixed.');
    return object.sensitive;
  });
  return protect(chip, area, sensitive);
};
