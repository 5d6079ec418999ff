import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type Keychain, openKeychainKey } from '../../electron/main/keychain-key.ts';

function keyFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'solaris-key-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'secret.keychain');
}

/** A keychain that turns every bit around, and counts what it encrypted. */
function fakeKeychain(state: { available?: boolean; stale?: boolean; locked?: boolean } = {}) {
  const flip = (bytes: Uint8Array) => Uint8Array.from(bytes, (byte) => byte ^ 0xff);
  let encrypted = 0;
  const keychain: Keychain = {
    isAvailable: async () => state.available ?? true,
    async encrypt(text) {
      encrypted += 1;
      return flip(Buffer.from(text));
    },
    async decrypt(bytes) {
      if (state.locked) throw new Error('locked');
      return { text: Buffer.from(flip(bytes)).toString(), stale: state.stale ?? false };
    },
  };
  return { keychain, encrypted: () => encrypted };
}

describe('the key that the keychain keeps', () => {
  test('is made once, encrypted, and found again', async (t) => {
    const file = keyFile(t);
    const { keychain } = fakeKeychain();
    const first = await openKeychainKey(keychain, file);
    const second = await openKeychainKey(keychain, file);
    assert.ok(first.kind === 'kept');
    assert.equal(first.key.length, 32);
    assert.deepEqual(second, first);
    assert.ok(!readFileSync(file).includes(Buffer.from(first.key).toString('hex')), 'not in the clear');
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!existsSync(`${file}.new`));
  });

  test('is encrypted anew when the keychain asks for it, and stays the same key', async (t) => {
    const file = keyFile(t);
    const key = await openKeychainKey(fakeKeychain().keychain, file);
    const rotated = fakeKeychain({ stale: true });
    assert.deepEqual(await openKeychainKey(rotated.keychain, file), key);
    assert.equal(rotated.encrypted(), 1);
  });

  test('is not made where no keychain answers', async (t) => {
    const file = keyFile(t);
    assert.deepEqual(await openKeychainKey(fakeKeychain({ available: false }).keychain, file), { kind: 'none' });
    assert.ok(!existsSync(file));
  });

  test('survives a keychain that is locked for a while', async (t) => {
    const file = keyFile(t);
    const key = await openKeychainKey(fakeKeychain().keychain, file);
    const before = readFileSync(file);
    for (const state of [{ locked: true }, { available: false }]) {
      assert.deepEqual(await openKeychainKey(fakeKeychain(state).keychain, file), { kind: 'locked' });
    }
    assert.deepEqual(readFileSync(file), before);
    assert.deepEqual(await openKeychainKey(fakeKeychain().keychain, file), key);
  });
});
