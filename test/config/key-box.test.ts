import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { createKeyBox, openHeadlessBox } from '../../gateway/config/key-box.ts';
import { SecretLostError } from '../../gateway/config/secret-box.ts';
import { dataDirAt } from '../../gateway/ops/data-dir.ts';
import { temporaryDir } from '../support/build.ts';
import { environmentOf, problemsOf } from '../support/config-kit.ts';

const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);

test('what is sealed opens again, and two seals of one secret differ', async () => {
  const box = createKeyBox([KEY]);
  const first = await box.seal('sk-çã🔑');
  const second = await box.seal('sk-çã🔑');
  assert.equal(await box.open(first), 'sk-çã🔑');
  assert.notEqual(first.box, second.box);
  assert.doesNotMatch(Buffer.from(first.box, 'base64').toString('latin1'), /sk-/);
});

test('another key, a changed byte or a changed key id do not open', async () => {
  const box = createKeyBox([KEY]);
  const sealed = await box.seal('secret');
  await assert.rejects(createKeyBox([OTHER]).open(sealed), SecretLostError);
  const bytes = Buffer.from(sealed.box, 'base64');
  bytes.writeUInt8(bytes.readUInt8(14) ^ 1, 14);
  await assert.rejects(box.open({ ...sealed, box: bytes.toString('base64') }), SecretLostError);
  await assert.rejects(box.open({ ...sealed, box: '' }), SecretLostError);
});

test('the first start makes a key file for its owner only, and later starts use it', async (t) => {
  const dir = dataDirAt(temporaryDir(t));
  const sealed = await openHeadlessBox(environmentOf({}), dir).seal('secret');
  assert.equal(statSync(dir.secretKey).mode & 0o777, 0o600);
  assert.equal(await openHeadlessBox(environmentOf({}), dir).open(sealed), 'secret');
});

test('a key file that others can read is closed to them', (t) => {
  const dir = dataDirAt(temporaryDir(t));
  openHeadlessBox(environmentOf({}), dir);
  chmodSync(dir.secretKey, 0o644);
  openHeadlessBox(environmentOf({}), dir);
  assert.equal(statSync(dir.secretKey).mode & 0o777, 0o600);
});

test('with SECRET_KEY no file is made; beside a file, old secrets still open', async (t) => {
  const environment = environmentOf({ SECRET_KEY: 'a random text of at least 32 characters' });
  const fresh = dataDirAt(temporaryDir(t));
  const sealed = await openHeadlessBox(environment, fresh).seal('new');
  assert.throws(() => readFileSync(fresh.secretKey), { code: 'ENOENT' });
  await assert.rejects(openHeadlessBox(environmentOf({}), fresh).open(sealed), SecretLostError);

  const dir = dataDirAt(temporaryDir(t));
  const old = await openHeadlessBox(environmentOf({}), dir).seal('old');
  const both = openHeadlessBox(environment, dir);
  assert.equal(await both.open(old), 'old');
  assert.equal(await both.open(sealed), 'new');
});

test('a key that the host keeps takes the place of a file, and what a file sealed before still opens', async (t) => {
  const fresh = dataDirAt(temporaryDir(t));
  const sealed = await openHeadlessBox(environmentOf({}), fresh, KEY).seal('kept elsewhere');
  assert.throws(() => readFileSync(fresh.secretKey), { code: 'ENOENT' });
  assert.equal(await createKeyBox([KEY]).open(sealed), 'kept elsewhere');

  const dir = dataDirAt(temporaryDir(t));
  const old = await openHeadlessBox(environmentOf({}), dir).seal('old');
  const both = openHeadlessBox(environmentOf({}), dir, KEY);
  assert.equal(await both.open(old), 'old');
  assert.equal(await createKeyBox([KEY]).open(await both.seal('new')), 'new');
});

test('a short SECRET_KEY and a damaged key file are refused with what to do', (t) => {
  const dir = dataDirAt(temporaryDir(t));
  const short = problemsOf(() => openHeadlessBox(environmentOf({ SECRET_KEY: 'short' }), dir)).join();
  assert.match(short, /^SECRET_KEY must be a random text of at least 32 characters/);
  assert.doesNotMatch(short, /"short"/);
  writeFileSync(dir.secretKey, 'garbage');
  assert.match(
    problemsOf(() => openHeadlessBox(environmentOf({}), dir)).join(),
    /secret\.key must hold 64 hexadecimal digits/,
  );
});
