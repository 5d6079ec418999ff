import { useEffect, useState } from 'react';

/** What a public key of an approver looks like: 32 bytes in base64url. */
export const PUBLIC_KEY = /^[\w-]{43}$/;

/** The fingerprint of a public key (64 hex digits) that somebody types; null while it is no key. */
export function useFingerprint(publicKey: string): string | null {
  const [known, setKnown] = useState({ publicKey: '', fingerprint: '' });
  useEffect(() => {
    if (!PUBLIC_KEY.test(publicKey)) return;
    let isCurrent = true;
    void fingerprintOf(publicKey).then((fingerprint) => isCurrent && setKnown({ publicKey, fingerprint }));
    return () => {
      isCurrent = false;
    };
  }, [publicKey]);
  return known.publicKey === publicKey && publicKey !== '' ? known.fingerprint : null;
}

async function fingerprintOf(publicKey: string): Promise<string> {
  const binary = atob(publicKey.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
