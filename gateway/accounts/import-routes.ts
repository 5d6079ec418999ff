/** `/api/admin/users/import`: many users from one file. */
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { importAnswer, importBody, MOST_IMPORT_CHARACTERS, MOST_IMPORT_LINES } from '../contract/user-import.ts';
import { asEmailTaken } from './checks.ts';
import { commitImport, previewImport } from './import.ts';
import { readUserTable } from './import-table.ts';
import { changerOf } from './user-routes.ts';

/** Characters beyond ASCII take up to four bytes, and JSON adds its own marks. */
const BODY_LIMIT_BYTES = 4 * MOST_IMPORT_CHARACTERS + 100_000;

export async function registerUserImportRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  app.post('/api/admin/users/import', {
    config: { access: 'admin', idempotent: true },
    bodyLimit: BODY_LIMIT_BYTES,
    schema: {
      tags: ['Users'],
      summary: 'Make and change users from a CSV file',
      description:
        `At most ${MOST_IMPORT_LINES} lines with the columns email (or id), name, plan, department, monthlyLimit and ` +
        'locale; the export of the list can be sent back as it is. An empty cell leaves the value. With ' +
        '`preview: true` nothing is written. Send the same without it to commit: all lines are applied, or with any ' +
        'error none.',
      body: importBody,
      response: { 200: importAnswer },
    },
    async handler(request) {
      const { body } = request;
      if (body.preview) return previewImport(context, body);
      const table = await readUserTable(body.csv);
      let userIds: string[] = [];
      const answer = await idempotent(context, request, async (tx) => {
        const done = await commitImport(context, tx, table, body, changerOf(request));
        userIds = done.userIds;
        return done.answer;
      }).catch(asEmailTaken);
      for (const userId of userIds) await context.events.emit({ kind: 'user_changed', userId });
      return answer;
    },
  });
}
