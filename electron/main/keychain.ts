/** The operating system's keychain through Electron. */
import { safeStorage } from 'electron';
import type { Keychain } from './keychain-key.ts';

export const keychain: Keychain = {
  async isAvailable() {
    // On Linux without a keyring, Electron encrypts with a password that is in its own source.
    if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return false;
    return safeStorage.isAsyncEncryptionAvailable();
  },
  encrypt: (text) => safeStorage.encryptStringAsync(text),
  async decrypt(encrypted) {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(encrypted));
    return { text: result, stale: shouldReEncrypt };
  },
};
