/** Pure: who a request names. What is doubtful names nobody, and says what to change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdentityError, readIdentity, validEmail } from '../../gateway/identity/identity-headers.ts';

const NAMES = {
  email: ['x-user-email', 'x-librechat-user-email'],
  id: ['x-user-id', 'x-librechat-user-id'],
  name: ['x-user-name'],
};

/** Reads headers as Node hands them over: UTF-8 bytes as Latin-1, repeated ones joined. */
function read(headers: Record<string, string | string[]>, bodyUser: string | null = null) {
  const raw: string[] = [];
  const joined: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers)) {
    const values = [given].flat();
    for (const value of values) raw.push(name, value);
    joined[name.toLowerCase()] = values.join(', ');
  }
  return readIdentity(joined, raw, NAMES, bodyUser);
}

function refusal(headers: Record<string, string | string[]>, bodyUser: string | null = null): IdentityError {
  try {
    const claim = read(headers, bodyUser);
    assert.fail(`named ${JSON.stringify(claim)}`);
  } catch (error) {
    assert.ok(error instanceof IdentityError, String(error));
    return error;
  }
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1');
const b64 = (text: string) => `b64:${Buffer.from(text).toString('base64')}`;

test('the first header that is not empty names the user, then the body does', () => {
  assert.deepEqual(read({ 'x-user-email': 'Ana@Example.com' }), {
    email: 'ana@example.com',
    externalId: null,
    name: null,
  });
  assert.equal(read({ 'x-user-email': '', 'x-librechat-user-email': 'b@example.com' }).email, 'b@example.com');
  assert.equal(read({ 'x-user-email': ' \t ', 'x-librechat-user-email': 'b@example.com' }).email, 'b@example.com');
  assert.deepEqual(read({ 'x-user-id': '65f0', 'x-user-email': 'a@example.com' }, 'body'), {
    email: 'a@example.com',
    externalId: '65f0',
    name: null,
  });
  assert.equal(read({ 'x-user-id': ' ' }, '65f0aa').externalId, '65f0aa');
  assert.equal(read({}, ' 65f0aa ').externalId, '65f0aa');
  assert.equal(read({ 'X-User-Email': ' a@example.com ' }).email, 'a@example.com');
});

test('a request that names nobody says how to name somebody', () => {
  for (const user of [null, '', '  ']) {
    const { code, message } = refusal({ 'x-user-email': '', 'x-user-name': 'Ana' }, user);
    assert.equal(code, 'identity_missing');
    assert.match(message, /x-user-email, x-librechat-user-email, x-user-id, x-librechat-user-id/);
  }
});

test('what programs write where they have no value names nobody', () => {
  const values = ['undefined', 'Undefined', 'null', 'NULL', 'None', '(null)', '<nil>', '[object Object]', 'NaN', 'nil'];
  for (const value of values) {
    for (const error of [
      refusal({ 'x-user-id': value }),
      refusal({}, ` ${value} `),
      refusal({ 'x-user-id': b64(value) }),
    ]) {
      assert.equal(error.code, 'identity_invalid', value);
      assert.match(error.message, /means nobody/);
    }
    const known = read({ 'x-user-email': 'a@example.com', 'x-user-id': value }, '65f0');
    assert.deepEqual([known.email, known.externalId], ['a@example.com', null], 'who is known by e-mail is not linked');
  }
  assert.equal(refusal({ 'x-user-email': 'undefined@example.com' }).code, 'identity_invalid');
  for (const name of ['nan', 'Nil', 'noneoftheabove', 'null-1', 'anonymous', '0']) {
    assert.equal(read({ 'x-user-id': name }).externalId, name);
  }
  assert.equal(read({ 'x-user-email': 'null@example.com' }).email, 'null@example.com', 'a name that people have');
});

test('values that no person has are refused, never shared', () => {
  const wrong: Record<string, string | string[]>[] = [
    { 'x-user-email': '{{LIBRECHAT_USER_EMAIL}}' },
    { 'x-user-id': '{{LIBRECHAT_USER_ID}}' },
    { 'x-user-id': 'id-{{ LIBRECHAT_USER_ID }}-x' },
    { 'x-user-id': b64('{{LIBRECHAT_USER_ID}}') },
    { 'x-user-email': 'a@example.com', 'x-user-id': '{{LIBRECHAT_USER_OPENIDID}}' },
    { 'x-user-email': '{{LIBRECHAT_USER_EMAIL}}', 'x-user-id': '65f0' },
    { 'x-user-email': ['a@example.com', 'b@example.com'] },
    { 'x-user-email': ['a@example.com', 'a@example.com'] },
    { 'x-user-id': ['1', '2'] },
    { 'x-user-email': 'a@example.com,b@example.com' },
    { 'x-user-email': `${'a'.repeat(10_000)}@example.com` },
    { 'x-user-email': `${'a'.repeat(400)}@example.com` },
    { 'x-user-id': 'i'.repeat(321) },
    { 'x-user-id': b64('a\u0000b') },
    { 'x-user-id': b64('a\nb') },
    { 'x-user-email': b64('a@example.com\r\nx: y') },
    { 'x-user-id': 'a\u0085b' },
    { 'x-user-id': b64('a\u2028b') },
    { 'x-user-email': 'b64:%%%' },
    { 'x-user-email': 'b64:' },
    { 'x-user-id': 'b64:YQ=' },
    { 'x-user-id': 'b64:YQ==YQ==' },
    { 'x-user-id': 'b64:YR==' },
    { 'x-user-id': `b64:${Buffer.from([0xff, 0xfe]).toString('base64')}` },
    { 'x-user-email': b64('  ') },
  ];
  for (const headers of wrong) {
    const { code, message } = refusal(headers, null);
    assert.equal(code, 'identity_invalid', JSON.stringify(headers).slice(0, 80));
    assert.match(message, /^[A-Z].*\.$/);
    assert.ok(message.length < 160 && !message.includes('{{'), message);
  }
  assert.equal(refusal({}, '{{LIBRECHAT_USER_ID}}').code, 'identity_invalid');
  assert.equal(refusal({}, 'x'.repeat(10_000)).code, 'identity_invalid');
  assert.equal(refusal({}, 'a\u0007').code, 'identity_invalid');
});

test('an e-mail must look like one, and cannot hide what nobody sees', () => {
  const wrong = [
    'ana',
    'ana.example.com',
    '@example.com',
    'ana@',
    'a@b@example.com',
    'an a@example.com',
    '<ana@example.com>',
    'Ana <ana@example.com>',
    'ana@exam(ple).com',
    'ana;x@example.com',
    '"ana"@example.com',
    'ana\u200b@example.com',
    'ana\u00ad@example.com',
    '\u202eana@example.com',
    'ana\ufeff@example.com',
  ];
  for (const email of wrong) assert.throws(() => validEmail(email), IdentityError, JSON.stringify(email));
  assert.equal(validEmail('JOSÉ@Example.COM'), 'josé@example.com');
  assert.equal(validEmail('jose\u0301@example.com'), 'jos\u00e9@example.com', 'one spelling for what looks the same');
});

test('LibreChat’s encodings are undone: b64, UTF-8 bytes, and single bytes of Latin-1', () => {
  assert.equal(read({ 'x-user-email': b64('joão@example.com') }).email, 'joão@example.com');
  assert.equal(read({ 'x-user-email': utf8('joão@example.com') }).email, 'joão@example.com');
  assert.equal(read({ 'x-user-email': 'jo\u00e3o@example.com' }).email, 'joão@example.com');
  assert.equal(read({ 'x-user-id': 'x', 'x-user-name': b64('张伟') }).name, '张伟');
  assert.equal(read({ 'x-user-id': b64('张').replace(/=+$/, '') }).externalId, '张');
});

test('a name is only for show: one that cannot be read is left out, a long one is cut', () => {
  assert.equal(read({ 'x-user-id': '1', 'x-user-name': 'b64:%%%' }).name, null);
  assert.equal(read({ 'x-user-id': '1', 'x-user-name': '{{LIBRECHAT_USER_NAME}}' }).name, null);
  assert.equal(read({ 'x-user-id': '1', 'x-user-name': ['a', 'b'] }).name, 'a, b');
  assert.equal(read({ 'x-user-id': '1', 'x-user-name': 'n'.repeat(300) }).name?.length, 120);
  assert.equal(read({ 'x-user-id': '1', 'x-user-name': utf8('Zoë') }).name, 'Zoë');
});
