import { TiesError } from '../../protocol/errors.ts';
import {
  isEcc,
  parseStorageKey,
  type StorageKey,
  storageKeyPublic,
} from '../../protocol/tpm/storage-key.ts';
import { decodeWrap, encodeWrap } from '../../protocol/tpm/wrap.ts';
import { Tpm2Tools } from './tpm2-tools.ts';

const STORAGE_KEY = '0x81000001';
const STORAGE_KEY_ATTRIBUTES =
  'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt';
const SESSION_KEY_ATTRIBUTES = 'sensitivedataorigin|userwithauth|sign|noda';

/** A device whose TPM nothing of ours commands, only tpm2-tools. It holds one session key. */
export interface Tpm2ToolsParty {
  readonly storageKey: StorageKey;
  /** Make a session key that may go to the center and the peer of these Names. */
  createKey(centerName: Uint8Array, peerName: Uint8Array): Promise<void>;
  /** The key, duplicated to the center or to the peer, as it travels. */
  wrapTo(who: 'center' | 'peer', newParent: StorageKey): Promise<Uint8Array>;
  /** Take the key of this public area out of a wrap. */
  importKey(wrap: Uint8Array, tpmtPublic: Uint8Array): Promise<void>;
  /** TPMT_PUBLIC of the key. */
  publicOfKey(): Uint8Array;
  hmac(block: Uint8Array): Promise<Uint8Array>;
  release(): Promise<void>;
}

const makeStorageKey = async (tools: Tpm2Tools, suite: 1 | 2): Promise<StorageKey> => {
  const algorithm = isEcc(suite) ? 'ecc256:aes128cfb' : 'rsa2048:aes128cfb';
  const template = ['-G', algorithm, '-g', 'sha256', '-a', STORAGE_KEY_ATTRIBUTES];
  await tools.run('createprimary', '-C', 'o', ...template, '-c', 'storage.ctx');
  await tools.run('readpublic', '-c', 'storage.ctx', '-f', 'tss', '-o', 'storage.pub');
  await tools.run('evictcontrol', '-C', 'o', '-c', 'storage.ctx', STORAGE_KEY);
  return parseStorageKey(tools.readSized('storage.pub'));
};

/** A TPM whose primary key has a short coordinate, once in 128, is of no use to us. */
const startWithStorageKey = async (
  suite: 1 | 2,
): Promise<{ tools: Tpm2Tools; storageKey: StorageKey }> => {
  for (;;) {
    const tools = await Tpm2Tools.start();
    try {
      return { tools, storageKey: await makeStorageKey(tools, suite) };
    } catch (error) {
      await tools.stop();
      if (!(error instanceof TiesError)) throw error;
    }
  }
};

export const tpm2ToolsParty = async (suite: 1 | 2): Promise<Tpm2ToolsParty> => {
  const { tools, storageKey } = await startWithStorageKey(suite);

  const selectDuplication = (...args: string[]) =>
    tools.run('policyduplicationselect', '-S', 'session', ...args);
  const requireEither = () =>
    tools.run('policyor', '-S', 'session', '-l', 'sha256:to-center,to-peer', '-L', 'policy');
  const loadKey = () => {
    const blob = ['-u', 'key.pub', '-r', 'key.priv'];
    return tools.run('load', '-C', STORAGE_KEY, ...blob, '-c', 'key.ctx', '-n', 'key.name');
  };

  return {
    storageKey,
    createKey: async (centerName, peerName) => {
      tools.write('center.name', centerName);
      tools.write('peer.name', peerName);
      await tools.inSession('trial', async () => {
        await selectDuplication('-N', 'center.name', '-L', 'to-center');
      });
      await tools.inSession('trial', async () => {
        await selectDuplication('-N', 'peer.name', '-L', 'to-peer');
        await requireEither();
      });
      const template = ['-G', 'hmac:sha256', '-g', 'sha256', '-a', SESSION_KEY_ATTRIBUTES];
      const blob = ['-u', 'key.pub', '-r', 'key.priv'];
      await tools.run('create', '-C', STORAGE_KEY, ...template, '-L', 'policy', ...blob);
      await loadKey();
    },
    wrapTo: async (who, newParent) => {
      tools.writeSized('parent.pub', storageKeyPublic(newParent));
      await tools.run('loadexternal', '-C', 'n', '-u', 'parent.pub', '-c', 'parent.ctx');
      const what = ['-c', 'key.ctx', '-C', 'parent.ctx', '-G', 'null', '-p', 'session:session'];
      let wrap: Uint8Array | null = null;
      while (wrap === null) {
        await tools.inSession('policy', async () => {
          await selectDuplication('-N', `${who}.name`, '-n', 'key.name');
          await requireEither();
          await tools.run('duplicate', ...what, '-r', 'duplicate', '-s', 'seed');
        });
        wrap = encodeWrap(newParent.suite, {
          unique: tools.readSized('key.pub').slice(-32),
          duplicate: tools.readSized('duplicate'),
          encryptedSecret: tools.readSized('seed'),
        });
      }
      return wrap;
    },
    importKey: async (wrap, tpmtPublic) => {
      const { duplicate, encryptedSecret } = decodeWrap(storageKey.suite, wrap);
      tools.writeSized('key.pub', tpmtPublic);
      tools.writeSized('duplicate', duplicate);
      tools.writeSized('seed', encryptedSecret);
      const from = ['-u', 'key.pub', '-i', 'duplicate', '-s', 'seed'];
      await tools.run('import', '-C', STORAGE_KEY, ...from, '-r', 'key.priv');
      await loadKey();
    },
    publicOfKey: () => tools.readSized('key.pub'),
    hmac: async (block) => {
      tools.write('block', block);
      await tools.run('hmac', '-c', 'key.ctx', '-g', 'sha256', '-o', 'hmac', 'block');
      return tools.read('hmac');
    },
    release: () => tools.stop(),
  };
};
