/** Who reads a mail: looked up when it is sent, so that a changed address counts and an erased person gets nothing. */
import { eq, inArray } from 'drizzle-orm';
import { userLocale } from '../contract/user-locale.ts';
import type { Queries, Tables } from '../db/database.ts';
import { isMailKind, MAIL_RULES, type MailData } from './kinds.ts';
import type { Locale } from './words.ts';

export type OutboxRow = Tables['outbox']['$inferSelect'];

export interface Reader {
  readonly address: string;
  readonly name: string | null;
  readonly locale: Locale | null;
  readonly isOperator: boolean;
}

export type ReaderFound =
  | { readonly kind: 'reader'; readonly reader: Reader }
  | { readonly kind: 'nobody'; readonly why: string };

const nobody = (why: string): ReaderFound => ({ kind: 'nobody', why });

/** The reader of a mail, or why it must not be sent. */
export async function findReader(db: Queries, row: OutboxRow): Promise<ReaderFound> {
  if (row.userId !== null) return findUserReader(db, row, row.userId);
  if (row.operatorId !== null) return findOperatorReader(db, row, row.operatorId);
  if (row.address === null) return nobody('It names no recipient.');
  return found({ address: row.address, name: null, locale: userLocale(row.locale), isOperator: true });
}

async function findUserReader(db: Queries, row: OutboxRow, userId: string): Promise<ReaderFound> {
  const { users } = db.tables;
  const [user] = await db
    .select({
      email: users.email,
      name: users.name,
      status: users.status,
      locale: users.locale,
      mails: users.alertMails,
    })
    .from(users)
    .where(eq(users.id, userId));
  if (!user || user.status === 'deleted') return nobody('The user was deleted.');
  if (user.email === null) return nobody('The user has no e-mail address.');
  const rule = isMailKind(row.kind) ? MAIL_RULES[row.kind] : null;
  if (user.status !== 'active' && !rule?.toInactive) return nobody(`The user is ${user.status}.`);
  if (rule?.optional && !user.mails) return nobody('The user does not want mails of this kind.');
  const locale = userLocale(row.locale) ?? userLocale(user.locale);
  return found({ address: user.email, name: user.name || null, locale, isOperator: false });
}

async function findOperatorReader(db: Queries, row: OutboxRow, operatorId: string): Promise<ReaderFound> {
  const { operators } = db.tables;
  const [operator] = await db.select().from(operators).where(eq(operators.id, operatorId));
  if (!operator || operator.disabledAt !== null) return nobody('The operator is no more.');
  if (!isDeliverable(operator.email)) return nobody('The operator has no e-mail address.');
  const locale = userLocale(row.locale) ?? userLocale(operator.locale);
  return found({ address: operator.email, name: operator.name || null, locale, isOperator: true });
}

const found = (reader: Reader): ReaderFound => ({ kind: 'reader', reader });

/** The owner that a first start makes is called `admin@localhost`, where nobody reads mail. */
export function isDeliverable(email: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
}

/** Name and e-mail of the people, users and operators, whom a mail's data mentions. */
export async function findPeople(db: Queries, data: Readonly<Record<string, unknown>>) {
  const { users } = db.tables;
  const ids = mentionedIds(data);
  const rows =
    ids.length === 0
      ? []
      : await db
          .select({ id: users.id, name: users.name, email: users.email })
          .from(users)
          .where(inArray(users.id, ids));
  const operator = await findMentionedOperator(db, data);
  if (operator) rows.push(operator);
  const people = new Map(rows.map((row) => [row.id, { name: row.name || row.email || row.id, email: row.email }]));
  return (id: string) => people.get(id) ?? { name: id, email: null };
}

async function findMentionedOperator(db: Queries, data: Readonly<Record<string, unknown>>) {
  const { byOperatorId } = data as Partial<MailData['maintenance_started']>;
  if (byOperatorId === undefined || byOperatorId === null) return null;
  const { operators } = db.tables;
  const [row] = await db
    .select({ id: operators.id, name: operators.name, email: operators.email })
    .from(operators)
    .where(eq(operators.id, byOperatorId));
  return row ?? null;
}

function mentionedIds(data: Readonly<Record<string, unknown>>): string[] {
  const { requesterId, userId, topUsers } = data as Partial<
    MailData['new_request'] & MailData['unusual_use'] & MailData['monthly_report']
  >;
  return [requesterId, userId, ...(topUsers ?? []).map((user) => user.userId)].filter((id) => id !== undefined);
}
