/** The secret box of a headless gateway: AES-256-GCM under a key from the environment or from a file of its own. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Sealed } from '../db/json-columns.ts';
import type { DataDir } from '../ops/data-dir.ts';
import { ConfigError } from '../ops/start-error.ts';
import { type Environment, isMissing, reason } from './environment.ts';
import { type SecretBox, SecretLostError } from './secret-box.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SHORTEST_SECRET = 32;

/**
 * Seals with the first key and opens with any: the sealed say which one they need.
 *
 * @param keys 32 bytes each
 */
export function createKeyBox(keys: readonly [Uint8Array, ...Uint8Array[]]): SecretBox {
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  const [sealingKey] = keys;
  const sealedBy = keyId(sealingKey);
  return {
    async seal(secret) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(sealedBy));
      const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return { sealedBy, box: sealed.toString('base64') };
    },
    async open(sealed: Sealed) {
      const key = byId.get(sealed.sealedBy);
      if (!key)
        throw new SecretLostError('The secret was sealed with another key. Give that key, or enter the secret again.');
      const bytes = Buffer.from(sealed.box, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(sealed.sealedBy))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (error) {
        throw new SecretLostError('The sealed secret is damaged. Enter it again.', { cause: error });
      }
    },
  };
}

/**
 * The box of a headless gateway. Its key is SECRET_KEY (or SECRET_KEY_FILE), else the file `secret.key` in the data
 * directory, which is made with mode 0600. Where both exist, new secrets take SECRET_KEY and old ones still open.
 *
 * @param hostKey a key that the host keeps elsewhere: it takes the place of a file that is still to be made
 * @throws ConfigError when a key is too short or a file cannot be used
 */
export function openHeadlessBox(environment: Environment, dir: DataDir, hostKey?: Uint8Array): SecretBox {
  const given = environment.secret('SECRET_KEY');
  if (given && given.value.length < SHORTEST_SECRET) {
    throw new ConfigError([`${given.from} must be a random text of at least ${SHORTEST_SECRET} characters.`]);
  }
  const file = dir.secretKey;
  const kept = readKeyFile(file);
  const known = [hostKey, kept].filter((key) => key !== undefined && key !== null);
  const [first, ...rest] = given ? [derive(given.value), ...known] : known;
  return createKeyBox([first ?? makeKeyFile(file), ...rest]);
}

function readKeyFile(file: string): Uint8Array | null {
  let content: string;
  try {
    content = readFileSync(file, 'utf8').trim();
    // Restored from a copy that lost its mode, perhaps: the key must be nobody else's.
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (error) {
    if (isMissing(error)) return null;
    throw new ConfigError([`The key file ${file} cannot be used: ${reason(error)}.`], { cause: error });
  }
  if (!/^[0-9a-f]{64}$/.test(content)) {
    throw new ConfigError([
      `The key file ${file} must hold 64 hexadecimal digits. Restore it from a backup, or delete it and enter all secrets again.`,
    ]);
  }
  return Buffer.from(content, 'hex');
}

function makeKeyFile(file: string): Uint8Array {
  const key = randomBytes(32);
  try {
    writeFileSync(file, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    throw new ConfigError([`The key file ${file} cannot be made: ${reason(error)}.`], { cause: error });
  }
  return key;
}

/** The secret is random by contract, so that no slow derivation is needed. */
function derive(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'ia-solaris secrets', 32));
}

function keyId(key: Uint8Array): string {
  return `key:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
