/** `/api/admin/backups`: make, list, try, fetch, bring, restore and remove backups. The long work is done by jobs. */
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf, operatorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import type { GatewayContext } from '../context.ts';
import { type Backup, backupList, backupParams, backupSchema, migrateBody, restoreBody } from '../contract/backups.ts';
import { nothing } from '../contract/common.ts';
import { jobSchema } from '../contract/jobs.ts';
import { ApiError } from '../ops/api-error.ts';
import { BackupError } from './backup-error.ts';
import { backupName, listBackups } from './backup-files.ts';
import { backupPath, startBackup, startProof, startRestore, startVerify } from './jobs.ts';
import { startMove } from './move-job.ts';
import { readManifest } from './read-archive.ts';
import { nextBackupAt } from './schedule.ts';
import { backupFolder, toBackup } from './service.ts';

const tags = ['Backups'];
const admin = { access: 'admin' } as const;
/** A backup is all there is to know, and restoring one undoes whatever was done since. */
const owner = { access: 'owner' } as const;
const LARGEST_BYTES = 1024 ** 4;

export async function registerBackupRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, audit } = context;
  const note = (request: FastifyRequest, action: string, name: string) =>
    db.tx((tx) => audit.write(tx, { actor: actorOf(request), action, details: { name } }));

  app.get('/api/admin/backups', {
    config: admin,
    schema: { tags, summary: 'List backups, newest first', response: { 200: backupList } },
    async handler() {
      const folder = backupFolder(context);
      const items = (await listBackups(folder)).map(toBackup);
      return { items, folder, nextAt: await nextBackupAt(context) };
    },
  });

  app.post('/api/admin/backups', {
    config: admin,
    schema: { tags, summary: 'Make a backup', response: { 202: jobSchema } },
    async handler(request, reply) {
      return reply.code(202).send(await startBackup(context, beginnerOf(request)));
    },
  });

  app.post('/api/admin/backups/:name/verify', {
    config: admin,
    schema: {
      tags,
      summary: 'Try a backup: restore it into a throw-away database and check the books',
      params: backupParams,
      response: { 202: jobSchema },
    },
    async handler(request, reply) {
      const { name } = await requireBackup(context, request.params.name);
      return reply.code(202).send(await startProof(context, name, operatorOf(request).id));
    },
  });

  app.post('/api/admin/backups/:name/restore', {
    config: { ...owner, dangerous: true },
    schema: {
      tags,
      summary: 'Restore a backup',
      description:
        'Proves it first, while requests are served; then starts anew with its data. The present data is kept aside.',
      params: backupParams,
      body: restoreBody,
      response: { 202: jobSchema },
    },
    async handler(request, reply) {
      const { name } = await requireBackup(context, request.params.name);
      return reply.code(202).send(await startRestore(context, name, request.body.withoutSecrets, beginnerOf(request)));
    },
  });

  app.get('/api/admin/backups/:name/file', {
    config: owner,
    exposeHeadRoute: false,
    schema: {
      tags,
      summary: 'Download a backup',
      params: backupParams,
      produces: ['application/octet-stream'],
      response: { 200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } } },
    },
    async handler(request, reply) {
      const { name, bytes } = await requireBackup(context, request.params.name);
      await note(request, 'backup.downloaded', name);
      return reply
        .headers({
          'content-type': 'application/octet-stream',
          'content-length': bytes,
          'content-disposition': `attachment; filename="${name}"`,
        })
        .serializer((body) => body as unknown as string)
        .send(createReadStream(backupPath(context, name)) as never);
    },
  });

  app.delete('/api/admin/backups/:name', {
    config: { ...owner, dangerous: true },
    schema: { tags, summary: 'Remove a backup', params: backupParams, response: { 204: nothing } },
    async handler(request, reply) {
      const { name } = await requireBackup(context, request.params.name);
      await rm(backupPath(context, name), { force: true });
      await note(request, 'backup.removed', name);
      return reply.code(204).send(null);
    },
  });

  app.post('/api/admin/verify', {
    config: admin,
    schema: { tags, summary: 'Check integrity, sums and the audit log of the database', response: { 202: jobSchema } },
    async handler(request, reply) {
      return reply.code(202).send(await startVerify(context, operatorOf(request).id));
    },
  });

  app.post('/api/admin/migrate', {
    config: owner,
    schema: {
      tags,
      summary: 'Move all data to Postgres, or back to SQLite',
      description:
        'Requests get a 503 while it goes on. When every row and sum is the same on both sides, the gateway starts anew with the other database.',
      body: migrateBody,
      response: { 202: jobSchema },
    },
    async handler(request, reply) {
      const job = await startMove(context, request.body.to, operatorOf(request).id);
      return reply.code(202).send(job);
    },
  });

  await app.register(async (files) => {
    // The file is not held in memory, however large it is.
    files.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    (files as ApiApp).post('/api/admin/backups/upload', {
      config: owner,
      bodyLimit: LARGEST_BYTES,
      schema: {
        tags,
        summary: 'Bring a backup from elsewhere',
        description:
          'The file is the body, as application/octet-stream. It is refused when it is no whole backup of ours.',
        consumes: ['application/octet-stream'],
        response: { 201: backupSchema },
      },
      async handler(request, reply) {
        if (!isStream(request.body))
          throw new ApiError(415, 'unsupported_media_type', 'Send the file as application/octet-stream.');
        const name = await receive(context, request.body);
        await note(request, 'backup.uploaded', name);
        return reply.code(201).send(await requireBackup(context, name));
      },
    });
  });
}

/** Writes what arrives, and keeps it when it is a backup. @returns its name */
async function receive(context: GatewayContext, body: Readable): Promise<string> {
  let now = context.clock.now();
  while (existsSync(backupPath(context, backupName(now, 'manual')))) now += 1_000;
  const name = backupName(now, 'manual');
  const file = backupPath(context, name);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.upload`;
  try {
    await pipeline(body, createWriteStream(draft, { mode: 0o600 }));
    await readManifest(draft);
    renameSync(draft, file);
    return name;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    throw new ApiError(400, error.code, error.message.replaceAll(draft, 'The file'));
  } finally {
    await rm(draft, { force: true });
  }
}

async function requireBackup(context: GatewayContext, name: string): Promise<Backup> {
  const exists = await stat(backupPath(context, name)).catch(() => null);
  const found = exists && (await listBackups(backupFolder(context))).find((file) => file.name === name);
  if (!found) throw new ApiError(404, 'backup_not_found', 'There is no backup of this name.');
  return toBackup(found);
}

function beginnerOf(request: FastifyRequest) {
  return { operatorId: operatorOf(request).id, actor: actorOf(request) };
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}
