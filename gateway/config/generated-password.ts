/** Secrets that the gateway makes for people to type: passwords, and codes on paper. */
import { randomInt } from 'node:crypto';

/** Without the letters and digits that are taken for others: 4.95 bits each. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of five characters: 99 random bits. */
export function generatePassword(): string {
  return legibleSecret(4, 5);
}

/** Random small letters and digits in groups, with hyphens between. */
export function legibleSecret(groups: number, groupLength: number): string {
  const group = () => Array.from({ length: groupLength }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}
