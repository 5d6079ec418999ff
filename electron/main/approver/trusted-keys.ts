/** Pure: whose packets an approver has compared the fingerprint of. The first one counts; another is a forgery until proven. */
import { z } from 'zod';

/** Fingerprint of the key by the installation that signs with it. */
export const trustedKeys = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));
export type TrustedKeys = z.infer<typeof trustedKeys>;

export function isKnown(keys: TrustedKeys, installation: string, fingerprint: string): boolean {
  return Object.hasOwn(keys, installation) && keys[installation] === fingerprint;
}

/** Whether the installation signed with another key when its fingerprint was compared. */
export function isOther(keys: TrustedKeys, installation: string, fingerprint: string): boolean {
  return Object.hasOwn(keys, installation) && keys[installation] !== fingerprint;
}

export function withKey(keys: TrustedKeys, installation: string, fingerprint: string): TrustedKeys {
  return { ...keys, [installation]: fingerprint };
}
