/** Shapes of `/api/admin/outbox` and `/api/admin/mail`. */
import { z } from 'zod';
import { LONGEST, PATTERNS } from './bounds.ts';
import { instant, listOf, listQuery, manyOf, words } from './common.ts';
import { userLocaleSchema } from './user-locale.ts';

export const mailStatusSchema = z.enum(['waiting', 'sent', 'dead', 'skipped', 'discarded']);
export const mailSchema = z.object({
  id: z.string(),
  kind: z.string(),
  /** `skipped`: nobody to send it to, or its time had passed. `dead`: given up; it can be sent again. */
  status: mailStatusSchema,
  /** E-mail address as it is now; null when there is none. */
  recipient: z.string().nullable(),
  userId: z.string().nullable(),
  operatorId: z.string().nullable(),
  attempts: z.number().int(),
  nextAttemptAt: instant.nullable().describe('Null when no attempt is planned'),
  lastError: z.string().nullable(),
  messageId: z.string().nullable(),
  createdAt: instant,
  sentAt: instant.nullable(),
  expiresAt: instant.nullable(),
});
export type Mail = z.infer<typeof mailSchema>;
export const mailList = listOf(mailSchema);

export const outboxQuery = listQuery.extend({
  status: manyOf(mailStatusSchema).optional(),
  kind: manyOf(z.string().max(60)).optional(),
  user: z.string().max(100).optional(),
});
export type OutboxQuery = z.infer<typeof outboxQuery>;

export const renderedMailSchema = z.object({
  subject: z.string(),
  /** A whole document; show it in a sandboxed frame. */
  html: z.string(),
  text: z.string(),
});

/** One mail as its recipient sees it; links that sign in are left out. */
export const mailDetailSchema = mailSchema.extend({
  rendered: renderedMailSchema.nullable().describe('Null when it cannot be written any more'),
});
export type MailDetail = z.infer<typeof mailDetailSchema>;

export const previewQuery = z.object({ kind: z.string().max(60), locale: userLocaleSchema.optional() });
export const mailKinds = z.object({ items: z.array(z.string()) });

export const mailStateSchema = z.object({
  /** Whether there is a mail server and a sender; without them mails wait. */
  configured: z.boolean(),
  from: z.string().nullable(),
  waiting: z.number().int(),
  dead: z.number().int(),
  /** Why mails wait although there is a server. */
  failure: z.object({ since: instant, problem: z.string(), retryAt: instant }).nullable(),
});
export type MailState = z.infer<typeof mailStateSchema>;

const email = z.string().trim().max(LONGEST.operatorEmail).regex(PATTERNS.recipient, 'must be an e-mail address');

/** Without `to` it goes to whoever asks. */
export const testMailBody = z.strictObject({ to: email.optional(), locale: userLocaleSchema.optional() });
export const testMailAnswer = z.object({ to: z.string() });

export const writeToUserBody = z.strictObject({
  subject: words(LONGEST.subject),
  body: words(LONGEST.mailBody),
});
export type WriteToUser = z.infer<typeof writeToUserBody>;
export const writeToUserAnswer = z.object({ mailId: z.string() });
