/** Pure: what a failed attempt means, in words that say what to do. */
import type { Settings } from '../config/settings.ts';

/** The setting at fault, by the case; none where the server itself is not well. */
const SETTINGS_AT_FAULT: Readonly<Record<string, keyof Settings['smtp']>> = {
  mail_user: 'password',
  mail_certificate: 'host',
  mail_host: 'host',
  mail_tls: 'port',
  mail_sender: 'from',
  mail_timeout: 'host',
  mail_unreachable: 'host',
};

/** Key of the setting that a failure is most likely about. */
export function settingAtFault({ rule }: Pick<SendFailure, 'rule'>): string | undefined {
  const name = SETTINGS_AT_FAULT[rule];
  return name && `smtp.${name}`;
}

export interface SendFailure {
  /** `server`: no mail can be sent now, whoever it is for. `mail`: this one. `either`: which of both is not known. */
  readonly scope: 'server' | 'mail' | 'either';
  /** Trying again is of no use. */
  readonly isFinal: boolean;
  /** Which of the cases below. */
  readonly rule: string;
  /** One sentence or two. */
  readonly problem: string;
}

interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message: string;
  readonly underWay?: boolean;
}

const CERTIFICATE = /CERT|SIGNATURE|ALTNAME|self.signed|certificate/i;

export function sendFailure(error: unknown, { host, port }: Settings['smtp']): SendFailure {
  const failure = asSmtpError(error);
  const { code = '', command = '', responseCode = 0 } = failure;
  const place = `The mail server ${host}:${port}`;
  const said = spoken(failure);
  const server = (rule: string, problem: string): SendFailure => ({ scope: 'server', isFinal: false, rule, problem });
  // A filter that hangs up on one mail looks like a server that is going down.
  const perhapsServer = (rule: string, problem: string): SendFailure => ({
    scope: failure.underWay ? 'either' : 'server',
    isFinal: false,
    rule,
    problem,
  });
  const mail = (rule: string, isFinal: boolean, problem: string): SendFailure => ({
    scope: 'mail',
    isFinal,
    rule,
    problem,
  });

  // RFC 4954: 454 and its like are a server that cannot look the password up now.
  const isLater = responseCode >= 400 && responseCode < 500;
  if ((code === 'EAUTH' || code === 'ENOAUTH') && !isLater) {
    return server('mail_user', `${place} refuses user and password${said}. Check SMTP_USER and SMTP_PASSWORD.`);
  }
  if (CERTIFICATE.test(`${code} ${failure.message}`) && responseCode === 0) {
    return server(
      'mail_certificate',
      `The certificate of ${host} is not trusted: ${reasonOf(failure)}. Mails wait until it is in order.`,
    );
  }
  if (code === 'EDNS') return server('mail_host', `The mail server ${host} cannot be found. Check SMTP_HOST.`);
  if (code === 'ETIMEDOUT' || code === 'EABORT')
    return perhapsServer('mail_timeout', `${place} did not answer in time.`);
  if (code === 'ETLS' || command === 'STARTTLS') {
    return server(
      'mail_tls',
      `${place} cannot be spoken to over TLS: ${reasonOf(failure)}. Check SMTP_PORT and SMTP_TLS.`,
    );
  }
  if (responseCode === 421 || code === 'EAUTH')
    return perhapsServer('mail_not_ready', `${place} is not ready for mail${said}.`);
  if (command === 'MAIL FROM')
    return server('mail_sender', `${place} takes no mail from this sender${said}. Check FROM_EMAIL.`);
  if (responseCode >= 500 && /^(RCPT TO|DATA)$/.test(command))
    return mail('mail_refused', true, `The mail server refused it${said}.`);
  if (responseCode >= 400 && /^(RCPT TO|DATA)$/.test(command)) {
    return mail('mail_later', false, `The mail server asks to come back later${said}.`);
  }
  if (code === 'EENVELOPE' || code === 'EMESSAGE')
    return mail('mail_unsendable', true, `It cannot be sent: ${reasonOf(failure)}.`);
  if (failure.underWay)
    return perhapsServer('mail_broken_off', `${place} broke off while it took the mail: ${reasonOf(failure)}.`);
  return server('mail_unreachable', `${place} cannot be reached: ${reasonOf(failure)}.`);
}

function asSmtpError(error: unknown): SmtpError {
  return error instanceof Error ? (error as SmtpError) : { message: String(error) };
}

/** What the server said, as a part of a sentence. */
function spoken({ response }: SmtpError): string {
  const said = clean(response ?? '').replace(/\.$/, '');
  return said === '' ? '' : ` (${said})`;
}

function reasonOf({ message, response }: SmtpError): string {
  return clean(response ?? message).replace(/\.$/, '');
}

function clean(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}
