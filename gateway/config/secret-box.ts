/** Secrets at rest. The desktop seals with the operating system's keychain, a headless gateway with a key of its own. */
import type { Sealed } from '../db/json-columns.ts';

export interface SecretBox {
  seal(secret: string): Promise<Sealed>;
  /** @throws SecretLostError when the key that sealed it is not here */
  open(sealed: Sealed): Promise<string>;
}

/** The secret was sealed by a key that is not here; it must be entered again. */
export class SecretLostError extends Error {
  override readonly name = 'SecretLostError';
}
