import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { hashKey, newOperatorToken, newPersonalKey, newServiceKey } from '../../gateway/keys/key-hash.ts';

test('secrets say what they are, carry 256 random bits and are never the same twice', () => {
  for (const [make, prefix] of [
    [newServiceKey, 'sk-sol-'],
    [newPersonalKey, 'pk-sol-'],
    [newOperatorToken, 'ot-sol-'],
  ] as const) {
    const made = make();
    assert.ok(made.secret.startsWith(prefix));
    assert.equal(Buffer.from(made.secret.slice(prefix.length), 'base64url').length, 32);
    assert.notEqual(make().secret, made.secret);
  }
});

test('what is kept of a secret is its SHA-256 and its last four characters', () => {
  const { secret, hash, hint } = newServiceKey();
  assert.equal(hash, createHash('sha256').update(secret).digest('hex'));
  assert.equal(hash, hashKey(secret));
  assert.equal(hint, secret.slice(-4));
  assert.ok(!hash.includes(secret.slice(7)));
});
