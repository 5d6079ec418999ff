/**
 * The key that seals upstream and mail secrets, kept in the data directory and itself encrypted by the operating system's
 * keychain. No Electron in here: the keychain is given.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

export interface Keychain {
  isAvailable(): Promise<boolean>;
  encrypt(text: string): Promise<Uint8Array>;
  /** `stale` asks that the text be encrypted anew: the keychain's own key has changed. */
  decrypt(encrypted: Uint8Array): Promise<{ text: string; stale: boolean }>;
}

/**
 * The 32-byte key in `file`; made at first use.
 *
 * @returns null where no keychain answers or it cannot open the file. The file then stays as it is, so that nothing is
 *   lost when the keychain comes back.
 */
export async function openKeychainKey(keychain: Keychain, file: string): Promise<Uint8Array | null> {
  if (!(await keychain.isAvailable())) return null;
  const kept = await readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (!kept) {
    const key = randomBytes(32);
    await replaceFile(file, await keychain.encrypt(key.toString('hex')));
    return key;
  }
  const opened = await keychain.decrypt(kept).catch(() => null);
  if (!opened || !/^[0-9a-f]{64}$/.test(opened.text)) return null;
  if (opened.stale) await replaceFile(file, await keychain.encrypt(opened.text));
  return Buffer.from(opened.text, 'hex');
}

/** Whole or not at all, even when the machine goes off meanwhile. */
async function replaceFile(file: string, content: Uint8Array): Promise<void> {
  const next = `${file}.new`;
  await writeFile(next, content, { mode: 0o600, flush: true });
  await rename(next, file);
}
