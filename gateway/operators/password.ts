/** Passwords of operators: argon2id. The library is loaded with the first password, for its memory. */
import type { Options } from '@node-rs/argon2';

/** argon2id is the library's default; its own name for it is a const enum, which type stripping cannot read. */
const COST: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The argon2id hash of a password, in the PHC format, with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const { hash } = await import('@node-rs/argon2');
  return hash(normalized(password), COST);
}

/**
 * Whether the password is the hash's. Without a hash (no such operator, or one who has no password) the answer is no,
 * but takes the same time.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const { verify, hash } = await import('@node-rs/argon2');
  if (passwordHash === null) {
    await hash(normalized(password), COST);
    return false;
  }
  return verify(passwordHash, normalized(password));
}

/** The same password typed on another keyboard must have the same bytes. */
function normalized(password: string): string {
  return password.normalize('NFKC');
}
