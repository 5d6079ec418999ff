/** The safe mode of the team: before what is dangerous people give their password, and the API holds them to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';
import { addOperator, browser, PASSWORD, signIn } from './people.ts';

const MINUTE_MS = 60_000;
const REASON = { body: { reason: 'test' } };

async function team(t: Parameters<typeof build>[0], env: Record<string, string> = {}) {
  const clock = testClock();
  const built = await build(t, { clock, env });
  const id = await addOperator(built.context, 'ana@example.com');
  const page = browser(built);
  await signIn(page, 'ana@example.com');
  const user = (await page.call('/api/admin/users', { body: { email: 'bob@example.com' } })).body;
  const confirm = (password: string) => page.call('/api/auth/confirm', { body: { password } });
  const proof = async (): Promise<Record<string, string>> => ({
    'x-confirmation': (await confirm(PASSWORD)).body.confirmation,
  });
  return { ...built, clock, id, page, confirm, proof, own: `/api/admin/users/${user.id}` };
}

test('the own password is confirmed, a wrong one names its field, and guessing locks out as when signing in', async (t) => {
  const { confirm, page, clock, api, id } = await team(t);
  const good = await confirm(PASSWORD);
  assert.equal(good.status, 200);
  assert.equal(good.body.expiresAt, clock.now() + 5 * MINUTE_MS);
  for (let i = 0; i < 5; i += 1) {
    const { status, body } = await confirm('wrong');
    assert.deepEqual([status, body.error.code, body.error.field], [403, 'wrong_password', 'password']);
  }
  const locked = await confirm(PASSWORD);
  assert.deepEqual([locked.status, locked.body.error.code], [429, 'locked_out']);
  assert.equal(locked.headers.get('retry-after'), '30');
  assert.equal((await page.call('/api/auth/me')).status, 200, 'the session itself goes on');
  const audit = await api(`/api/admin/audit?target=${id}&action=operator.sign_in_failed`);
  assert.equal(audit.body.total, 5);
  assert.doesNotMatch(JSON.stringify(audit.body), /wrong|correct horse/);
});

test('an API token cannot confirm, and nobody can without signing in', async (t) => {
  const { api } = await team(t);
  const token = await api('/api/auth/confirm', { body: { password: PASSWORD } });
  assert.deepEqual([token.status, token.body.error.code], [403, 'session_required']);
  const headers = { authorization: '' };
  assert.equal((await api('/api/auth/confirm', { body: { password: PASSWORD }, headers })).status, 401);
});

test('where the team asks for the password, what is dangerous needs a fresh confirmation of this very session', async (t) => {
  const { page, own, proof, clock, context, url, api } = await team(t, { SAFE_MODE: 'password' });
  assert.equal((await page.call('/api/auth/me')).body.safeMode, 'password');
  const refused = async (headers?: Record<string, string>) => {
    const { status, body } = await page.call(`${own}/block`, { ...REASON, ...(headers ? { headers } : {}) });
    assert.deepEqual([status, body.error?.code], [403, 'confirmation_required']);
    assert.equal((await page.call(own)).body.status, 'active', 'nothing was done');
  };
  await refused();
  await refused({ 'x-confirmation': 'anything' });
  const good = await proof();
  const { sealedBy, box } = await context.secrets.seal('["other","secret",9999999999999]');
  await refused({ 'x-confirmation': Buffer.from(JSON.stringify([sealedBy, box])).toString('base64url') });

  const other = browser({ api, url });
  await signIn(other, 'ana@example.com');
  const foreign = await other.call(`${own}/block`, { ...REASON, headers: good });
  assert.equal(foreign.body.error.code, 'confirmation_required', 'of another session');

  assert.equal((await page.call(`${own}/block`, { ...REASON, headers: good })).status, 200);
  assert.equal((await page.call(`${own}/activate`, REASON)).status, 200, 'what takes it back is not dangerous');
  clock.advance(5 * MINUTE_MS);
  await refused(good);
});

test('what is not dangerous asks for nothing: previews, other changes, scripts, and whoever has no password', async (t) => {
  const { page, own, proof, api, context, id } = await team(t, { SAFE_MODE: 'password' });
  const bulk = { filter: {}, action: { kind: 'block' }, reason: 'test' };
  const preview = await page.call('/api/admin/users/bulk', { body: { ...bulk, preview: true } });
  assert.equal(preview.status, 200);
  const commit = { body: { ...bulk, preview: false, selection: preview.body.selection } };
  assert.equal((await page.call('/api/admin/users/bulk', commit)).body.error.code, 'confirmation_required');
  assert.equal((await page.call(own, { method: 'PUT', body: { name: 'Bob', reason: 'test' } })).status, 200);
  const invalid = await page.call(`${own}/suspend`, { body: { reason: '' } });
  assert.equal(invalid.body.error.code, 'invalid_input', 'what is wrong is said before a password is asked for');
  assert.equal((await page.call('/api/admin/users/bulk', { ...commit, headers: await proof() })).status, 200);
  assert.equal((await api(`${own}/activate`, REASON)).status, 200);
  assert.equal((await api(`${own}/suspend`, REASON)).status, 200, 'an API token is no person');
  assert.equal((await api(`${own}/activate`, REASON)).status, 200);

  const { operators } = context.db.tables;
  await context.db.update(operators).set({ passwordHash: null }).where(eq(operators.id, id));
  assert.equal((await page.call(`${own}/suspend`, REASON)).status, 200);
});

test('the safe mode of the team is lowered with the password only, by whatever way', async (t) => {
  const { page, proof } = await team(t);
  const set = (safeMode: string, headers: Record<string, string> = {}) =>
    page.call('/api/admin/settings', { method: 'PUT', body: { safeMode }, headers });
  assert.equal((await set('password')).status, 200, 'to ask for more needs none');
  assert.equal((await set('silent')).body.error.code, 'confirmation_required');
  const reset = await page.call('/api/admin/settings/safeMode', { method: 'DELETE' });
  assert.equal(reset.body.error.code, 'confirmation_required');
  assert.equal((await page.call('/api/auth/me')).body.safeMode, 'password');
  assert.equal((await page.call('/api/admin/settings', { method: 'PUT', body: { locale: 'pt-BR' } })).status, 200);
  assert.equal((await set('silent', await proof())).status, 200);
  assert.equal((await page.call('/api/auth/me')).body.safeMode, 'silent');
});

test('the list of dangers: whatever removes something says that it is dangerous, but for what is one`s own or kept', async (t) => {
  const built = await build(t);
  const { paths } = (await built.api('/api/openapi.json')).body;
  const unguarded = Object.entries(paths as Record<string, Record<string, Record<string, unknown>>>).flatMap(
    ([path, methods]) =>
      methods.delete && methods.delete['x-access'] !== 'user' && methods.delete['x-dangerous'] !== true ? [path] : [],
  );
  assert.deepEqual(unguarded.sort(), ['/api/admin/views/{id}']);
});
