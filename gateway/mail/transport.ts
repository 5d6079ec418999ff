/** One conversation with the mail server. nodemailer is loaded with the first mail. */
import { isIP } from 'node:net';
import type { Settings } from '../config/settings.ts';
import { PRODUCT } from './words.ts';

export interface OutgoingMail {
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly messageId: string;
  /** Where mails of its kind can be switched off; null where they cannot. */
  readonly preferencesUrl: string | null;
  /** Where an answer goes; null leaves it to the sender's address. */
  readonly replyTo: string | null;
}

export interface MailTransport {
  /**
   * Resolves when the server has accepted the mail.
   *
   * @throws what `sendFailure` explains; `underWay` tells that the server had been reached and was taking this mail
   */
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}

export interface SmtpTimeouts {
  readonly connectMs: number;
  readonly idleMs: number;
  /** For the whole of one mail. A lease must outlast it. */
  readonly mailMs: number;
}

export const SMTP_TIMEOUTS: SmtpTimeouts = { connectMs: 15_000, idleMs: 30_000, mailMs: 90_000 };

/** The sender that the server is told; null when nobody knows one. */
export function senderOf({ from, user }: Settings['smtp']): string | null {
  return from ?? (user !== null && /^[^\s@]+@[^\s@]+$/.test(user) ? user : null);
}

/** Whether mails leave at all: there is a server, and a sender. */
export function canSendMail(smtp: Settings['smtp']): boolean {
  return smtp.host !== null && senderOf(smtp) !== null;
}

/** @param stopped cuts what is being sent */
export async function openTransport(
  smtp: Settings['smtp'],
  stopped: AbortSignal,
  timeouts = SMTP_TIMEOUTS,
): Promise<MailTransport> {
  const { createTransport } = await import('nodemailer');
  const { host, port, secure, user, password } = smtp;
  // How far a mail came when the connection broke, nodemailer tells in its log alone.
  let isUnderWay = false;
  const note = ({ tnx, action }: { tnx?: string; action?: string }) => {
    if (tnx === 'send') isUnderWay = true;
    else if (action === 'requeue') isUnderWay = false;
  };
  const quiet = () => undefined;
  const transport = createTransport({
    pool: true,
    logger: { level: quiet, trace: quiet, debug: note, info: note, warn: quiet, error: quiet, fatal: quiet },
    maxConnections: 1,
    maxMessages: Number.POSITIVE_INFINITY,
    host: host ?? '',
    port,
    secure,
    // A password goes over the network only where nobody can listen.
    requireTLS: !secure && user !== null && !isLoopback(host ?? ''),
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    socketTimeout: timeouts.idleMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const from = { name: PRODUCT, address: senderOf(smtp) ?? '' };
  return {
    async send({ to, replyTo, preferencesUrl, ...mail }) {
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeouts.mailMs)]);
      isUnderWay = false;
      try {
        // As an object, so that nothing in an address is taken for a list of them.
        await transport.sendMail({
          ...mail,
          from,
          to: { name: '', address: to },
          signal,
          headers: AUTOMATIC,
          // RFC 2369: mail programs show it beside the sender.
          ...(preferencesUrl === null ? {} : { list: { unsubscribe: preferencesUrl } }),
          ...(replyTo === null ? {} : { replyTo }),
        });
      } catch (error) {
        throw Object.assign(error instanceof Error ? error : new Error(String(error)), { underWay: isUnderWay });
      }
    },
    close: () => transport.close(),
  };
}

/** RFC 3834: no robot shall answer. */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
