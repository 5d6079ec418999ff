/** Ed25519 keys and signatures. Knows no database: approvers use it on machines of their own. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** What a signature is for, so that none can be taken for another. */
export type Purpose = 'ia-solaris/requests' | 'ia-solaris/decisions';

export interface KeyPair {
  readonly privateKey: KeyObject;
  /** 32 bytes in base64url. */
  readonly publicKey: string;
}

const KEY_BYTES = 32;

export function newKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('ed25519');
  return keyPairOf(privateKey);
}

/** The private key as PEM (PKCS #8), sealed where there is a passphrase. */
export function privateKeyPem(privateKey: KeyObject, passphrase?: string): string {
  const sealing = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return String(privateKey.export({ type: 'pkcs8', format: 'pem', ...sealing }));
}

/** @throws Error with a sentence when this is no such key, or the passphrase is not its */
export function readPrivateKey(pem: string, passphrase?: string): KeyPair {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const sealed = pem.includes('ENCRYPTED');
    const why = !sealed
      ? 'This is no private key in PEM.'
      : passphrase === undefined
        ? 'The key is sealed with a passphrase. Name its file with --passphrase-file.'
        : 'The passphrase is not that of the key.';
    throw new Error(why, { cause: error });
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('The key is not of the kind Ed25519.');
  return keyPairOf(privateKey);
}

/** SHA-256 of the 32 bytes, hex: what people compare. @throws Error with a sentence when it is no public key */
export function fingerprintOf(publicKey: string): string {
  return createHash('sha256').update(publicKeyBytes(publicKey)).digest('hex');
}

/** Groups of four, as people read it out: `3f2a 9c01 …`. */
export function readable(fingerprint: string): string {
  return fingerprint.replace(/(.{4})(?=.)/g, '$1 ');
}

/** The fingerprint that people typed, however they grouped it; null when it is none. */
export function readFingerprint(text: string): string | null {
  const plain = text.replace(/[\s:-]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(plain) ? plain : null;
}

/** @returns the signature in base64url */
export function signBytes(privateKey: KeyObject, purpose: Purpose, bytes: Buffer): string {
  return sign(null, message(purpose, bytes), privateKey).toString('base64url');
}

export function isSignedBy(publicKey: string, purpose: Purpose, bytes: Buffer, signature: string): boolean {
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKeyBytes(publicKey).toString('base64url') },
    format: 'jwk',
  });
  return verify(null, message(purpose, bytes), key, Buffer.from(signature, 'base64url'));
}

function keyPairOf(privateKey: KeyObject): KeyPair {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, publicKey: x };
}

function publicKeyBytes(publicKey: string): Buffer {
  const bytes = /^[\w-]{43}$/.test(publicKey.trim()) ? Buffer.from(publicKey.trim(), 'base64url') : Buffer.alloc(0);
  if (bytes.length !== KEY_BYTES)
    throw new Error('This is no public key: 43 letters, digits, "-" and "_" are expected.');
  return bytes;
}

function message(purpose: Purpose, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${purpose}/1\n`), bytes]);
}
