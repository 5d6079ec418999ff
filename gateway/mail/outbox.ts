/** Putting mails into the outbox, in the transaction of what they tell of. */
import { max, sql } from 'drizzle-orm';
import type { SecretBox } from '../config/secret-box.ts';
import type { Tables, Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Clock } from '../ops/clock.ts';
import { MAIL_RULES, type MailData, type MailKind } from './kinds.ts';
import type { Locale } from './words.ts';

export type Recipient = { readonly userId: string } | { readonly operatorId: string } | { readonly address: string };

interface MailOf<Kind extends MailKind> {
  readonly kind: Kind;
  readonly to: Recipient;
  readonly data: MailData[Kind];
  /** Default: the recipient's own, else the setting. */
  readonly locale?: Locale;
  /** Of all mails with the same key only the first is kept, for ever. */
  readonly dedupeKey?: string;
  /** The user whom a mail to somebody else tells of: it is erased with them. */
  readonly subjectId?: string;
  /** A part that is sealed until the mail is sent: the path of a sign-in link. */
  readonly secret?: string;
  /** Epoch milliseconds after which it must not be sent; default: when its kind is stale. */
  readonly expiresAt?: number;
}

/** A mail to enqueue: its kind decides what data it carries. */
export type NewMail = { [Kind in MailKind]: MailOf<Kind> }[MailKind];

export interface Outbox {
  /**
   * Puts mails into the outbox inside the caller's transaction: they are sent if it commits, and only then, in this order.
   *
   * @returns the ids; null for each that was there already by its `dedupeKey`
   */
  enqueue(tx: Tx, ...mails: readonly NewMail[]): Promise<(string | null)[]>;
}

type OutboxRow = Tables['outbox']['$inferInsert'];

const DAY_MS = 86_400_000;
/** Rows in one statement: SQLite takes 32,766 parameters. */
const ROWS_PER_STATEMENT = 500;

/** @param onEnqueued told of every enqueuing, before its transaction commits */
export function createOutbox({ clock, secrets }: { clock: Clock; secrets: SecretBox }, onEnqueued: () => void): Outbox {
  return {
    async enqueue(tx, ...mails) {
      if (mails.length === 0) return [];
      const { outbox } = tx.tables;
      const now = clock.now();
      const [last] = await tx.select({ position: max(outbox.position) }).from(outbox);
      const first = (last?.position ?? 0) + 1;
      const rows: OutboxRow[] = [];
      for (const [index, mail] of mails.entries()) {
        const secret = mail.secret === undefined ? null : await secrets.seal(mail.secret);
        rows.push({ ...rowOf(mail, now), secret, position: first + index });
      }
      const kept = new Set<string>();
      for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) {
        const inserted = await tx
          .insert(outbox)
          .values(rows.slice(at, at + ROWS_PER_STATEMENT))
          .onConflictDoNothing({ target: outbox.dedupeKey })
          .returning({ id: outbox.id });
        for (const { id } of inserted) kept.add(id);
      }
      onEnqueued();
      return rows.map(({ id }) => (kept.has(id) ? id : null));
    },
  };
}

function rowOf(mail: NewMail, now: number): Omit<OutboxRow, 'position'> {
  const { kind, to, data, locale = null, dedupeKey = null, subjectId = null } = mail;
  return {
    id: newId('mai', now),
    kind,
    recipient: recipientKey(to),
    userId: 'userId' in to ? to.userId : null,
    operatorId: 'operatorId' in to ? to.operatorId : null,
    address: 'address' in to ? to.address : null,
    subjectId,
    locale,
    data: { ...data },
    dedupeKey,
    nextAttemptAt: now,
    expiresAt: mail.expiresAt ?? now + MAIL_RULES[kind].staleAfterDays * DAY_MS,
    createdAt: now,
    updatedAt: now,
  };
}

function recipientKey(to: Recipient): string {
  if ('userId' in to) return `user:${to.userId}`;
  if ('operatorId' in to) return `operator:${to.operatorId}`;
  return `address:${to.address.toLowerCase()}`;
}

/** What is left of a mail when its recipient, or whom it tells of, is erased: nothing. */
export async function eraseMails(tx: Tx, userId: string): Promise<void> {
  const { outbox } = tx.tables;
  await tx.delete(outbox).where(sql`${outbox.userId} = ${userId} or ${outbox.subjectId} = ${userId}`);
}
