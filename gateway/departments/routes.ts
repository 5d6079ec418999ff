/** `/api/admin/departments`, and among them `team`, which is everybody. */
import { actorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, listQuery, nothing } from '../contract/common.ts';
import {
  createDepartmentBody,
  type Department,
  departmentList,
  departmentSchema,
  updateDepartmentBody,
} from '../contract/departments.ts';
import type { Queries } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { findDepartment, listDepartments } from './queries.ts';
import { createDepartment, deleteDepartment, updateDepartment } from './service.ts';

const tags = ['Departments'];
const read = { access: 'viewer' } as const;
const write = { access: 'admin' } as const;

export async function registerDepartmentRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, events } = context;

  async function requireDepartment(handle: Queries, id: string): Promise<Department> {
    const department = await findDepartment(context, handle, id);
    if (!department) throw new ApiError(404, 'department_not_found', 'There is no department with this id.');
    return department;
  }

  app.get('/api/admin/departments', {
    config: read,
    schema: { tags, summary: 'List departments', querystring: listQuery, response: { 200: departmentList } },
    handler: ({ query }) => listDepartments(context, query),
  });

  app.post('/api/admin/departments', {
    config: { ...write, idempotent: true },
    schema: { tags, summary: 'Make a department', body: createDepartmentBody, response: { 201: departmentSchema } },
    async handler(request, reply) {
      const department = await idempotent(context, request, async (tx) => {
        const id = await createDepartment(context, tx, request.body, actorOf(request));
        return requireDepartment(tx, id);
      });
      await events.emit({ kind: 'departments_changed' });
      return reply.code(201).send(department);
    },
  });

  app.get('/api/admin/departments/:id', {
    config: read,
    schema: { tags, summary: 'One department', params: idParams, response: { 200: departmentSchema } },
    handler: ({ params }) => requireDepartment(db, params.id),
  });

  app.put('/api/admin/departments/:id', {
    config: { ...write, idempotent: true },
    schema: {
      tags,
      summary: 'Edit a department, or the caps of the team',
      params: idParams,
      body: updateDepartmentBody,
      response: { 200: departmentSchema },
    },
    async handler(request) {
      const { id } = request.params;
      const department = await idempotent(context, request, async (tx) => {
        await updateDepartment(context, tx, id, request.body, actorOf(request));
        return requireDepartment(tx, id);
      });
      await events.emit({ kind: 'departments_changed' });
      return department;
    },
  });

  app.delete('/api/admin/departments/:id', {
    config: { ...write, dangerous: true },
    schema: { tags, summary: 'Remove a department without members', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      await db.tx((tx) => deleteDepartment(context, tx, request.params.id, actorOf(request)));
      await events.emit({ kind: 'departments_changed' });
      return reply.code(204).send(null);
    },
  });
}
