/**
 * The key that seals upstream and mail secrets, kept beside the app's own files and itself encrypted by the operating
 * system's keychain. No Electron in here: the keychain is given.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

export interface Keychain {
  isAvailable(): Promise<boolean>;
  encrypt(text: string): Promise<Uint8Array>;
  /** `stale` asks that the text be encrypted anew: the keychain's own key has changed. */
  decrypt(encrypted: Uint8Array): Promise<{ text: string; stale: boolean }>;
}

export type KeychainKey =
  /** 32 bytes. */
  | { kind: 'kept'; key: Uint8Array }
  /** Nothing keeps secrets here, and nothing was kept: the gateway takes a key file of its own. */
  | { kind: 'none' }
  /** There is a key that the keychain does not give. The file stays, so that nothing is lost when it does again. */
  | { kind: 'locked' };

/** The key in `file`; made at first use. @throws Error when the file can be neither read nor written */
export async function openKeychainKey(keychain: Keychain, file: string): Promise<KeychainKey> {
  const kept = await readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (!(await keychain.isAvailable())) return { kind: kept ? 'locked' : 'none' };
  if (!kept) {
    const key = randomBytes(32);
    await replaceFile(file, await keychain.encrypt(key.toString('hex')));
    return { kind: 'kept', key };
  }
  const opened = await keychain.decrypt(kept).catch(() => null);
  if (!opened || !/^[0-9a-f]{64}$/.test(opened.text)) return { kind: 'locked' };
  if (opened.stale) await replaceFile(file, await keychain.encrypt(opened.text));
  return { kind: 'kept', key: Buffer.from(opened.text, 'hex') };
}

/** Whole or not at all, even when the machine goes off meanwhile. */
async function replaceFile(file: string, content: Uint8Array): Promise<void> {
  const next = `${file}.new`;
  await writeFile(next, content, { mode: 0o600, flush: true });
  await rename(next, file);
}
