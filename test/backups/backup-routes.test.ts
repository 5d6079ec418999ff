import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { withBooks } from '../support/books.ts';
import { type Built, build } from '../support/build.ts';

/** Waits for the end of a job, through the events that a console would hear. */
async function ended({ context, api }: Built, id: string) {
  await context.jobs.idle();
  const { status, body } = await api(`/api/admin/jobs/${id}`);
  assert.equal(status, 200);
  return body;
}

test('a backup is made, listed, tried, fetched, brought back and removed through the API', async (t) => {
  const built = await build(t, { engine: 'sqlite' });
  await withBooks(built);
  const { api, url, ownerToken, context } = built;
  const heard: string[] = [];
  context.events.onAny((event) => {
    if (event.kind === 'job_changed') heard.push(event.jobId);
  });
  const begun = await api('/api/admin/backups', { method: 'POST' });
  assert.equal(begun.status, 202, JSON.stringify(begun.body));
  assert.equal(begun.body.status, 'running');
  const job = await ended(built, begun.body.id);
  assert.equal(job.status, 'done', JSON.stringify(job.error));
  assert.ok(heard.includes(job.id));
  assert.ok(job.endedAt >= job.createdAt);

  const { body: list } = await api('/api/admin/backups');
  assert.equal(list.items.length, 1);
  const [backup] = list.items;
  assert.equal(backup.name, job.result.name);
  assert.deepEqual([backup.good, backup.problem, backup.hasKey, backup.origin], [true, null, false, 'manual']);
  assert.ok(list.nextAt > Date.now());
  const [made] = (await api('/api/admin/audit?action=backup.made')).body.items;
  assert.deepEqual([made.actorKind, made.details.name], ['token', backup.name], 'not the gateway');
  assert.match(made.actorName, /@example\.com$/);

  const tried = await ended(built, (await api(`/api/admin/backups/${backup.name}/verify`, { method: 'POST' })).body.id);
  assert.equal(tried.status, 'done');
  assert.equal(tried.result.ok, true);

  const file = await fetch(`${url}/api/admin/backups/${backup.name}/file`, {
    headers: { authorization: `Bearer ${ownerToken}` },
  });
  assert.equal(file.status, 200);
  const bytes = Buffer.from(await file.arrayBuffer());
  assert.deepEqual(bytes, readFileSync(join(list.folder, backup.name)));

  const upload = (body: Buffer) =>
    fetch(`${url}/api/admin/backups/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ownerToken}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(body),
    });
  const brought = await upload(bytes);
  assert.equal(brought.status, 201, await brought.clone().text());
  assert.equal(((await brought.json()) as { good: boolean }).good, true);
  for (const bad of [bytes.subarray(0, -20), Buffer.from('hello')]) {
    const refused = await upload(bad);
    assert.equal(refused.status, 400);
    assert.match(
      ((await refused.json()) as { error: { message: string } }).error.message,
      /^The file is (cut off|not a backup)/,
    );
  }
  assert.equal((await api('/api/admin/backups')).body.items.length, 2, 'what was refused is not kept');

  assert.equal((await api(`/api/admin/backups/${backup.name}`, { method: 'DELETE' })).status, 204);
  assert.equal((await api(`/api/admin/backups/${backup.name}/file`)).status, 404);
  for (const name of ['..%2Fia-solaris.db', 'ia-solaris.db', 'nothing'])
    assert.equal((await api(`/api/admin/backups/${name}/file`)).status, 404, name);
});

test('only an owner may fetch, bring, restore and remove backups, and only an administrator make them', async (t) => {
  const built = await build(t, { engine: 'sqlite' });
  const { api, operator } = built;
  const admin = { authorization: `Bearer ${(await operator('admin')).token}` };
  const viewer = { authorization: `Bearer ${(await operator('viewer')).token}` };
  assert.equal((await api('/api/admin/backups', { method: 'POST', headers: viewer })).status, 403);
  assert.equal((await api('/api/admin/jobs', { headers: viewer })).status, 403);
  const { body } = await api('/api/admin/backups', { method: 'POST', headers: admin });
  const { result } = await ended(built, body.id);
  const path = `/api/admin/backups/${result.name}`;
  assert.equal((await api(`${path}/file`, { headers: admin })).status, 403);
  assert.equal((await api(`${path}/restore`, { body: {}, headers: admin })).status, 403);
  assert.equal((await api(path, { method: 'DELETE', headers: admin })).status, 403);
});

test('a second job waits for nobody: it is refused while one runs, and a cancelled one leaves nothing', async (t) => {
  const built = await build(t, { engine: 'sqlite' });
  await withBooks(built);
  const { api, context } = built;
  const started = Promise.withResolvers<void>();
  const job = await context.jobs.start(
    { kind: 'verify', params: {}, operatorId: null, slot: null },
    async ({ signal }) => {
      started.resolve();
      if (!signal.aborted) await once(signal, 'abort');
      const { BackupError } = await import('../../gateway/backups/backup-error.ts');
      throw new BackupError('job_cancelled', 'It was cancelled. Nothing was changed.');
    },
  );
  await started.promise;
  const refused = await api('/api/admin/backups', { method: 'POST' });
  assert.equal(refused.status, 409);
  assert.equal(refused.body.error.code, 'job_running');
  const cancelled = await api(`/api/admin/jobs/${job?.id}/cancel`, { method: 'POST' });
  assert.equal(cancelled.status, 200, JSON.stringify(cancelled.body));
  assert.equal(cancelled.body.status, 'cancelled');
  assert.equal((await api(`/api/admin/jobs/${job?.id}/cancel`, { method: 'POST' })).body.error.code, 'job_ended');
  assert.equal((await api('/api/admin/jobs/job_none')).status, 404);
  assert.deepEqual((await api('/api/admin/backups')).body.items, []);
});

test('a restore through the API proves the backup, then starts anew with its data and can be found there', async (t) => {
  const restarted = Promise.withResolvers<void>();
  const built = await build(t, { engine: 'sqlite', onRestart: () => restarted.resolve() });
  await withBooks(built);
  const { api, context, dataDir, ownerToken } = built;
  const made = await ended(built, (await api('/api/admin/backups', { method: 'POST' })).body.id);
  await api('/api/admin/users', { body: { email: 'late@example.com' } });

  const begun = await api(`/api/admin/backups/${made.result.name}/restore`, { body: {} });
  assert.equal(begun.status, 202, JSON.stringify(begun.body));
  await context.jobs.idle();
  await restarted.promise;
  const during = await api('/api/admin/users', { body: { email: 'later@example.com' } });
  assert.equal(during.status, 503, 'what would be lost is refused');
  assert.equal(during.body.error.code, 'maintenance');
  await built.gateway.stop();

  const next: Gateway = await createGateway({ dataDir, flags: { port: 0 } });
  t.after(() => next.stop());
  const { url } = await next.start();
  const get = async (path: string) =>
    (await fetch(url + path, { headers: { authorization: `Bearer ${ownerToken}` } })).json() as Promise<{
      total: number;
      status: string;
      result: { aside: string };
    }>;
  assert.equal((await get('/api/admin/users?search=late')).total, 0);
  assert.equal((await get('/api/admin/users?search=ana')).total, 1);
  const job = await get(`/api/admin/jobs/${begun.body.id}`);
  assert.equal(job.status, 'done');
  assert.match(job.result.aside, /before-restore/);
});

test('a bad backup is refused by the restore, and the gateway goes on as it was', async (t) => {
  const built = await build(t, { engine: 'sqlite', onRestart: () => assert.fail('it must not start anew') });
  await withBooks(built);
  const { api, context } = built;
  const made = await ended(built, (await api('/api/admin/backups', { method: 'POST' })).body.id);
  const { folder } = (await api('/api/admin/backups')).body;
  const file = join(folder, made.result.name);
  const bytes = readFileSync(file);
  bytes[200] = (bytes[200] ?? 0) ^ 1;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, bytes);
  const begun = await api(`/api/admin/backups/${made.result.name}/restore`, { body: {} });
  const job = await ended(built, begun.body.id);
  assert.deepEqual([job.status, job.error.code], ['failed', 'backup_altered']);
  assert.equal(context.maintenance.work(), null);
  assert.equal((await api('/api/admin/users', { body: { email: 'new@example.com' } })).status, 201);
});
