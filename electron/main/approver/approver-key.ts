/** An approver's own Ed25519 key, sealed by the system's keychain. No Electron in here: the keychain is given. */
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import {
  fingerprintOf,
  type KeyPair,
  newKeyPair,
  privateKeyPem,
  readable,
  readPrivateKey,
} from '../../../gateway/approver.ts';
import type { ApproverKey } from '../../contract.ts';
import type { Keychain } from '../keychain-key.ts';

export interface ApproverKeys {
  /** What there is, for the page. */
  look(): Promise<ApproverKey>;
  /** Makes one where there is none. A key that is there is never replaced: whoever enrolled it would not know. */
  make(): Promise<ApproverKey>;
  /** The key to sign with; null unless `look` says `kept`. */
  take(): Promise<KeyPair | null>;
}

/** @param file where the sealed key lies */
export function keepApproverKey(keychain: Keychain, file: string): ApproverKeys {
  const take = async (): Promise<KeyPair | null> => {
    const sealed = await readSealed(file);
    if (sealed === null) return null;
    try {
      const { text, stale } = await keychain.decrypt(sealed);
      const key = readPrivateKey(text);
      if (stale) await write(file, await keychain.encrypt(text));
      return key;
    } catch {
      return null;
    }
  };
  const look = async (): Promise<ApproverKey> => {
    const isThere = (await readSealed(file)) !== null;
    if (!(await keychain.isAvailable())) return { kind: isThere ? 'locked' : 'no_keychain' };
    if (!isThere) return { kind: 'none' };
    const key = await take();
    return key ? described(key) : { kind: 'locked' };
  };
  return {
    look,
    take,
    async make() {
      const before = await look();
      if (before.kind !== 'none') return before;
      const key = newKeyPair();
      await write(file, await keychain.encrypt(privateKeyPem(key.privateKey)));
      return look();
    },
  };
}

function described({ publicKey }: KeyPair): ApproverKey {
  return { kind: 'kept', publicKey, fingerprint: readable(fingerprintOf(publicKey)) };
}

/** @returns null where there is none */
async function readSealed(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Whole or not at all, even when the machine goes off meanwhile. */
export async function write(file: string, content: string | Uint8Array): Promise<void> {
  const next = `${file}.${randomBytes(4).toString('hex')}.new`;
  try {
    await writeFile(next, content, { mode: 0o600, flush: true });
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}
