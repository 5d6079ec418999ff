/** The outbox as operators see it. */
import { and, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import { usersNamed } from '../accounts/queries.ts';
import { containsText, inOrderOf, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import type { List } from '../contract/common.ts';
import type { Mail, MailDetail, MailState, OutboxQuery } from '../contract/mail.ts';
import type { Queries } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { countMails } from './queue.ts';
import { findReader, type OutboxRow } from './readers.ts';
import { renderFor } from './sender.ts';
import { canSendMail, senderOf } from './transport.ts';

export async function listOutbox({ db }: GatewayContext, query: OutboxQuery): Promise<List<Mail>> {
  const { outbox } = db.tables;
  const { id, kind, createdAt, sentAt, nextAttemptAt } = outbox;
  const page = pageOf(query, { fields: { createdAt, sentAt, nextAttemptAt, kind }, id, fallback: '-createdAt' });
  const matches = and(
    query.status && inArray(outbox.status, query.status),
    query.kind && inArray(kind, query.kind),
    query.user === undefined ? undefined : eq(outbox.userId, query.user),
    query.search ? searchCondition(db, query.search) : undefined,
  );
  const keys = await db
    .select({ ...page.keys })
    .from(outbox)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const ids = keys.map(({ sortId }) => String(sortId));
  const rows = ids.length === 0 ? [] : await selectMails(db).where(inArray(id, ids));
  const total = await page.total(keys, () => db.$count(outbox, matches));
  const found = inOrderOf(keys, rows, ({ row }) => row.id);
  return page.finish(found, total, toMail);
}

/** @throws ApiError 404 */
export async function findMail(context: GatewayContext, id: string): Promise<MailDetail> {
  const { db, log } = context;
  const [found] = await selectMails(db).where(eq(db.tables.outbox.id, id));
  if (!found) throw unknownMail();
  const { row } = found;
  const reader = await findReader(db, row);
  const whoever = { address: found.recipient ?? '', name: null, locale: null, isOperator: row.operatorId !== null };
  const rendered = await renderFor(context, row, reader.kind === 'reader' ? reader.reader : whoever, false).catch(
    (error: unknown) => {
      log.warn({ err: error, mailId: id }, 'A mail cannot be shown');
      return null;
    },
  );
  return { ...toMail(found), rendered };
}

export function unknownMail(): ApiError {
  return new ApiError(404, 'mail_not_found', 'There is no mail with this id.');
}

/** What `GET /api/admin/mail` tells. */
export async function mailState({ db, mail, settings }: GatewayContext): Promise<MailState> {
  const { smtp } = settings.current();
  const failure = mail.failure();
  return {
    configured: canSendMail(smtp),
    from: senderOf(smtp),
    ...(await countMails(db)),
    failure: failure && { since: failure.since, problem: failure.problem, retryAt: failure.retryAt },
  };
}

/** The address of an operator. */
export async function emailOf({ db }: GatewayContext, operatorId: string): Promise<string> {
  const { operators } = db.tables;
  const [row] = await db.select({ email: operators.email }).from(operators).where(eq(operators.id, operatorId));
  if (!row) throw new ApiError(404, 'operator_not_found', 'There is no operator with this id.');
  return row.email;
}

interface MailRow {
  readonly row: OutboxRow;
  readonly recipient: string | null;
}

function toMail({ row, recipient }: MailRow): Mail {
  const { id, kind, status, userId, operatorId, attempts, lastError, messageId, createdAt, sentAt, expiresAt } = row;
  return {
    id,
    kind,
    status,
    recipient,
    userId,
    operatorId,
    attempts,
    nextAttemptAt: status === 'waiting' ? row.nextAttemptAt : null,
    lastError,
    messageId,
    createdAt,
    sentAt,
    expiresAt,
  };
}

/** What a mail is of, whom it goes to, and why it did not. */
function searchCondition(db: Queries, text: string): SQL | undefined {
  const { outbox, operators } = db.tables;
  const named = db
    .select({ id: operators.id })
    .from(operators)
    .where(containsText([operators.email], text));
  return or(
    containsText([outbox.kind, outbox.address, outbox.lastError], text),
    inArray(outbox.userId, usersNamed(db, text)),
    inArray(outbox.operatorId, named),
  );
}

function recipientOf(db: Queries): SQL<string | null> {
  const { outbox, users, operators } = db.tables;
  return sql<string | null>`coalesce(${outbox.address}, ${users.email}, ${operators.email})`;
}

function selectMails(db: Queries) {
  const { outbox, users, operators } = db.tables;
  return db
    .select({ row: outbox, recipient: recipientOf(db) })
    .from(outbox)
    .leftJoin(users, eq(users.id, outbox.userId))
    .leftJoin(operators, eq(operators.id, outbox.operatorId));
}
