/** `/api/admin/packets`: approvals on another machine. */
import { z } from 'zod';
import { actorOf, operatorOf, sessionOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { sendRaw } from '../api/send-raw.ts';
import type { GatewayContext } from '../context.ts';
import { MOST_OF } from '../contract/bounds.ts';
import { nothing } from '../contract/common.ts';
import {
  approverKeyList,
  approverKeySchema,
  enrolKeyBody,
  exportPacketBody,
  fingerprintParams,
  importAnswer,
  packetInfoSchema,
} from '../contract/packets.ts';
import { ApiError } from '../ops/api-error.ts';
import { enrolKey, listApproverKeys, revokeApproverKey } from './approver-keys.ts';
import { exportPacket } from './export-packet.ts';
import { importDecisions } from './import-decisions.ts';
import { installationOf } from './installation-key.ts';
import { fingerprintOf } from './signing.ts';

const tags = ['Offline approvals'];
/** Of a file of decisions, or of a packet of many requests. */
const FILE_LIMIT_BYTES = 20_971_520;

export async function registerPacketRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db } = context;

  app.get('/api/admin/packets/installation', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Who signs packets here: the fingerprint that approvers compare',
      response: { 200: packetInfoSchema },
    },
    async handler() {
      const { id, key } = await installationOf(context);
      return { installation: id, fingerprint: fingerprintOf(key.publicKey) };
    },
  });

  app.post('/api/admin/packets/export', {
    config: { access: 'approver' },
    schema: {
      tags,
      summary: 'Requests that wait, as a signed file',
      description: `At most ${MOST_OF.packetRequests}, the oldest first: export again when those are decided.`,
      body: exportPacketBody,
      response: { 200: { description: 'A file', content: { 'application/json': { schema: z.looseObject({}) } } } },
    },
    async handler(request, reply) {
      const packet = await exportPacket(context, {
        ids: request.body?.ids ?? null,
        hours: request.body?.hours ?? 72,
        actor: actorOf(request),
        operatorId: operatorOf(request).id,
      });
      const day = context.calendar().day(context.clock.now());
      reply.header('content-disposition', `attachment; filename="ia-solaris-requests-${day}.solaris"`);
      return sendRaw(reply, 'application/json; charset=utf-8', `${JSON.stringify(packet)}\n`);
    },
  });

  app.post('/api/admin/packets/import', {
    config: { access: 'approver' },
    bodyLimit: FILE_LIMIT_BYTES,
    schema: {
      tags,
      summary: 'Take decisions in that were signed on another machine',
      description: 'Whoever signed them decides, not who imports them. Each file counts once; the first decision wins.',
      body: z.unknown().describe('The file, as it is'),
      response: { 200: importAnswer },
    },
    handler: (request) =>
      importDecisions(context, JSON.stringify(request.body ?? null), {
        actor: actorOf(request),
        operatorId: operatorOf(request).id,
      }),
  });

  app.get('/api/admin/packets/keys', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'Keys that approvers sign with', response: { 200: approverKeyList } },
    async handler() {
      const items = await listApproverKeys(db);
      return { items, total: items.length, nextCursor: null };
    },
  });

  app.post('/api/admin/packets/keys', {
    config: { access: 'owner' },
    schema: {
      tags,
      summary: 'Enrol the key of an approver',
      body: enrolKeyBody,
      response: { 201: approverKeySchema },
    },
    async handler(request, reply) {
      sessionOf(request);
      const fingerprint = await db.tx((tx) => enrolKey(context, tx, request.body, actorOf(request)));
      const key = (await listApproverKeys(db)).find((one) => one.fingerprint === fingerprint);
      if (!key) throw new ApiError(404, 'key_not_found', 'There is no such key in use.');
      return reply.code(201).send(key);
    },
  });

  app.delete('/api/admin/packets/keys/:fingerprint', {
    config: { access: 'owner', dangerous: true },
    schema: {
      tags,
      summary: 'Revoke the key of an approver, at once and for good',
      params: fingerprintParams,
      response: { 204: nothing },
    },
    async handler(request, reply) {
      await db.tx((tx) => revokeApproverKey(context, tx, request.params.fingerprint, actorOf(request)));
      return reply.code(204).send(null);
    },
  });
}
