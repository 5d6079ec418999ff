/** What operators do with mails: send again, discard, try the settings, write to a user. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { type Changer, requireUser } from '../accounts/checks.ts';
import type { GatewayContext } from '../context.ts';
import type { WriteToUser } from '../contract/mail.ts';
import type { Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { isMailKind, MAIL_RULES } from './kinds.ts';
import { unknownMail } from './lists.ts';
import { isDeliverable, type OutboxRow } from './readers.ts';
import { renderMail } from './render.ts';
import { mailSamples, samplePerson } from './samples.ts';
import { sendFailure, settingAtFault } from './smtp-failure.ts';
import { canSendMail, openTransport, SMTP_TIMEOUTS, senderOf } from './transport.ts';
import type { Locale } from './words.ts';

/**
 * Puts a mail back in line, inside the caller's transaction.
 *
 * @throws ApiError 404, 409 while it waits already, and `link_is_gone` for a sign-in link: it is good once, for minutes
 */
export async function resendMail(context: GatewayContext, tx: Tx, id: string, { actor }: Changer): Promise<void> {
  const { outbox } = tx.tables;
  const row = await requireMail(tx, id);
  const now = context.clock.now();
  // With a server it is tried again at once, whatever the last failure says; see the route.
  if (row.status === 'waiting' && row.nextAttemptAt <= now && !canSendMail(context.settings.current().smtp)) {
    throw new ApiError(409, 'mail_waiting', 'This mail is waiting for a mail server.');
  }
  if (row.kind === 'sign_in' && row.status !== 'waiting') {
    throw new ApiError(
      409,
      'link_is_gone',
      'The link in this mail is gone. Its user asks for a new one in the portal.',
    );
  }
  await tx
    .update(outbox)
    .set({
      status: 'waiting',
      attempts: 0,
      firstFailedAt: null,
      nextAttemptAt: now,
      // A link that waits is good no longer for being sent now.
      ...(row.kind === 'sign_in' ? {} : { expiresAt: null }),
      sentAt: null,
      lastError: null,
      updatedAt: now,
      // A new Message-ID only for what was delivered: its receivers drop what they know.
      ...(row.status === 'sent' ? { resends: row.resends + 1, messageId: null } : {}),
    })
    .where(eq(outbox.id, id));
  await audit(context, tx, row, 'mail.resent', { actor });
}

/** Takes a mail out of the line. @throws ApiError 404, 409 when it is on its way or has ended */
export async function discardMail(context: GatewayContext, tx: Tx, id: string, { actor }: Changer): Promise<void> {
  const { outbox } = tx.tables;
  const row = await requireMail(tx, id);
  const now = context.clock.now();
  const discarded = await tx
    .update(outbox)
    .set({ status: 'discarded', secret: null, leaseOwner: null, leaseUntil: null, updatedAt: now })
    .where(
      and(
        eq(outbox.id, id),
        inArray(outbox.status, ['waiting', 'dead']),
        sql`(${outbox.leaseUntil} is null or ${outbox.leaseUntil} <= ${now})`,
      ),
    )
    .returning({ id: outbox.id });
  if (discarded.length === 0) {
    throw row.status === 'waiting'
      ? new ApiError(409, 'mail_on_its_way', 'This mail is being sent right now.')
      : new ApiError(409, 'mail_ended', `This mail is ${row.status} already.`);
  }
  await audit(context, tx, row, 'mail.discarded', { actor });
}

async function requireMail(tx: Tx, id: string): Promise<OutboxRow> {
  const { outbox } = tx.tables;
  const [row] = await tx.select().from(outbox).where(eq(outbox.id, id));
  if (!row) throw unknownMail();
  return row;
}

async function audit(
  context: GatewayContext,
  tx: Tx,
  row: OutboxRow,
  action: string,
  { actor }: Pick<Changer, 'actor'>,
): Promise<void> {
  const { id, kind, userId } = row;
  await context.audit.write(tx, { actor, action, target: { kind: 'mail', id }, details: { kind, userId } });
}

/**
 * Writes to a user, inside the caller's transaction.
 *
 * @returns the mail's id
 * @throws ApiError 404, 409 when the user has no e-mail address
 */
export async function writeToUser(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  { subject, body }: WriteToUser,
  { actor }: Changer,
): Promise<string> {
  const user = await requireUser(tx, userId);
  if (user.email === null) throw new ApiError(409, 'no_email', 'This user has no e-mail address.');
  const [mailId] = await context.mail.enqueue(tx, { kind: 'message', to: { userId }, data: { subject, body } });
  if (!mailId) throw new Error('A mail without a key was refused as a duplicate.');
  await context.audit.write(tx, {
    actor,
    action: 'user.written_to',
    target: { kind: 'user', id: userId },
    details: { mailId },
    personal: { subjectId: userId, data: { subject, body } },
  });
  return mailId;
}

/** A mail of a kind with invented data, as its readers will see it. @throws ApiError 404 */
export async function previewMail(context: GatewayContext, kind: string, locale: Locale | null) {
  if (!isMailKind(kind)) throw new ApiError(404, 'unknown_kind', 'There is no such kind of mail.', 'kind');
  const { settings, clock, calendar } = context;
  const { timeZone, publicUrl, creditsEmail, locale: usual } = settings.current();
  const now = clock.now();
  const samples = mailSamples(now, calendar().period(now).endsAt);
  return renderMail(
    { kind, data: { ...samples[kind] }, secret: kind === 'sign_in' ? '/portal/' : null },
    {
      locale: locale ?? usual,
      timeZone,
      name: 'Ana',
      isOperator: MAIL_RULES[kind].toOperators,
      publicUrl,
      contactEmail: creditsEmail,
      person: samplePerson,
    },
  );
}

/**
 * Sends a mail right now, past the outbox, to learn whether the settings are right.
 *
 * @throws ApiError 409 without a mail server or sender, 400 without an address, 502 with the reason
 */
export async function sendTestMail(context: GatewayContext, to: string, locale: Locale | null): Promise<void> {
  const { settings, clock } = context;
  const { smtp, timeZone, publicUrl, creditsEmail, locale: usual } = settings.current();
  if (smtp.host === null) throw new ApiError(409, 'mail_not_configured', 'There is no mail server yet. Set SMTP_HOST.');
  const from = senderOf(smtp);
  if (from === null) throw new ApiError(409, 'mail_without_sender', 'There is no sender yet. Set FROM_EMAIL.');
  if (!isDeliverable(to)) {
    throw new ApiError(400, 'invalid_email', `Nobody receives mail at ${to}. Say whom to send the test to.`, 'to');
  }
  const rendered = await renderMail(
    { kind: 'test', data: {}, secret: null },
    {
      locale: locale ?? usual,
      timeZone,
      name: null,
      isOperator: true,
      publicUrl,
      contactEmail: creditsEmail,
      person: (id) => ({ name: id, email: null }),
    },
  );
  const transport = await openTransport(smtp, new AbortController().signal, { ...SMTP_TIMEOUTS, mailMs: TEST_MS });
  try {
    await transport.send({ ...rendered, to, messageId: `<test.${clock.now()}@${from.split('@')[1]}>`, replyTo: null });
  } catch (error) {
    const failure = sendFailure(error, smtp);
    throw new ApiError(502, 'mail_failed', failure.problem, settingAtFault(failure), { rule: failure.rule });
  } finally {
    transport.close();
  }
  await context.mail.retryNow();
}

/** Somebody waits for the answer. */
const TEST_MS = 30_000;
