/** Pure: whether a member of JSON says more than null, told without parsing. */

const COLON = 0x3a;
const SPACE = 0x20;
const FIRST_OF_NULL = 0x6e;

/**
 * Most chunks of a stream name a member only to say null, and those need not be parsed.
 *
 * @param member its name, with the quotes
 */
export function saysMoreThanNull(bytes: Buffer, member: Buffer): boolean {
  for (let at = bytes.indexOf(member); at !== -1; at = bytes.indexOf(member, at)) {
    at += member.length;
    while (bytes[at] === COLON || bytes[at] === SPACE) at++;
    if (bytes[at] !== FIRST_OF_NULL) return true;
  }
  return false;
}
