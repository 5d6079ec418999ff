/** Pure: who a service key's client says its user is. Anything doubtful is no identity, never a shared account. */
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { IdentityHeaders } from '../db/json-columns.ts';

export interface ClaimedIdentity {
  /** NFC, lower case, valid; null when only an id is known. */
  readonly email: string | null;
  readonly externalId: string | null;
  /** A name to show; null when none was sent. */
  readonly name: string | null;
}

/** The request names nobody, or not clearly. The message says what to change. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly code: 'identity_missing' | 'identity_invalid';

  constructor(code: 'identity_missing' | 'identity_invalid', message: string) {
    super(message);
    this.code = code;
  }
}

const LONGEST_VALUE = 320;
const LONGEST_NAME = 120;
const PLACEHOLDER = /\{\{.*\}\}/s;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** Characters without a shape, such as a zero-width space: they would make two users of what looks like one. */
const INVISIBLE = /\p{Cf}/u;
/**
 * What programs write where they have no value: JavaScript and JSON, Python, Objective-C and C, Go, Lua. The last two
 * only as they are written there, because they are names, too.
 */
const NOBODY = /^(?:undefined|null|none|\(null\)|<nil>|\[object .*])$/i;
const NOBODY_AS_WRITTEN: ReadonlySet<string> = new Set(['NaN', 'nil']);
const EMAIL = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/;

/**
 * Reads the identity from the configured headers, then from the body's user id.
 *
 * @param raw the request's raw header list, in which repeated headers are still apart
 * @throws IdentityError
 */
export function readIdentity(
  headers: IncomingHttpHeaders,
  raw: readonly string[],
  names: IdentityHeaders,
  bodyUserId: string | null,
): ClaimedIdentity {
  const email = firstHeader(headers, raw, names.email);
  const id = firstHeader(headers, raw, names.id) ?? bodyId(bodyUserId);
  const isNobody = id !== null && (NOBODY.test(id) || NOBODY_AS_WRITTEN.has(id));
  if (email === null && isNobody) {
    throw new IdentityError(
      'identity_invalid',
      `The user's id is '${id}', which means nobody: the client had no value to send. Check what fills its id.`,
    );
  }
  if (email === null && id === null) {
    throw new IdentityError(
      'identity_missing',
      `The request names no user. Send one of the headers ${[...names.email, ...names.id].join(', ')}, or the body's 'user'.`,
    );
  }
  return {
    email: email === null ? null : somebodysEmail(email),
    externalId: isNobody ? null : id,
    name: displayName(headers, names.name),
  };
}

function somebodysEmail(value: string): string {
  const email = validEmail(value);
  if (!email.startsWith('undefined@')) return email;
  throw new IdentityError('identity_invalid', 'The e-mail address begins with an undefined value of the client.');
}

/** @returns the e-mail as it is stored: NFC and lower case. @throws IdentityError */
export function validEmail(value: string): string {
  const email = value.normalize('NFC').toLowerCase();
  if (!EMAIL.test(email) || INVISIBLE.test(email))
    throw new IdentityError('identity_invalid', 'The e-mail address in the identity header is not valid.');
  return email;
}

function firstHeader(headers: IncomingHttpHeaders, raw: readonly string[], names: readonly string[]): string | null {
  for (const name of names) {
    const value = headers[name];
    if (typeof value !== 'string' || value.trim() === '') continue;
    if (value.includes(',') && occurrences(raw, name) > 1) {
      throw new IdentityError('identity_invalid', `The header ${name} was sent more than once.`);
    }
    return clean(name, value);
  }
  return null;
}

function bodyId(value: string | null): string | null {
  return value === null || value.trim() === '' ? null : clean("body's user", value);
}

function clean(source: string, value: string): string {
  if (value.length > LONGEST_VALUE * 2) throw new IdentityError('identity_invalid', `The ${source} value is too long.`);
  const text = decode(source, value).trim();
  if (text === '' || text.length > LONGEST_VALUE) {
    throw new IdentityError('identity_invalid', `The ${source} value is ${text === '' ? 'empty' : 'too long'}.`);
  }
  if (PLACEHOLDER.test(text)) {
    throw new IdentityError(
      'identity_invalid',
      `The ${source} value is a placeholder that was not filled in. Check its spelling in librechat.yaml.`,
    );
  }
  if (CONTROL.test(text))
    throw new IdentityError('identity_invalid', `The ${source} value contains control characters.`);
  return text;
}

/** Undoes LibreChat's `b64:` form; else reads UTF-8 where the bytes are, as Node hands headers over as Latin-1. */
function decode(source: string, value: string): string {
  if (value.startsWith('b64:')) {
    const encoded = value.slice(4);
    const bytes = Buffer.from(encoded, 'base64');
    const again = bytes.toString('base64');
    if (encoded === '' || (again !== encoded && again.replace(/=+$/, '') !== encoded) || !isUtf8(bytes)) {
      throw new IdentityError('identity_invalid', `The ${source} value is not valid b64: text.`);
    }
    return bytes.toString('utf8');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything but ASCII
  if (!/[^\u0000-\u007f]/.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return bytes.toString('latin1') === value && isUtf8(bytes) ? bytes.toString('utf8') : value;
}

/** A name is only for show: one that cannot be read is left out. */
function displayName(headers: IncomingHttpHeaders, names: readonly string[]): string | null {
  try {
    for (const name of names) {
      const value = headers[name];
      if (typeof value === 'string' && value.trim() !== '') return clean(name, value).slice(0, LONGEST_NAME);
    }
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
  }
  return null;
}

function occurrences(raw: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < raw.length; index += 2) if (raw[index]?.toLowerCase() === name) count++;
  return count;
}
