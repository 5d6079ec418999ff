/** Reading what users are mailed. */
import type { ReceivedMail } from '../support/smtp.ts';

/** The text of a mail without its transport encoding, both halves of it. */
export function mailText({ raw }: ReceivedMail): string {
  return raw
    .replace(/=\r\n/g, '')
    .replace(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'));
}

/** The first address in a mail that begins so. */
export function linkIn(mail: ReceivedMail | undefined, start: string): string {
  const text = mail ? mailText(mail) : '';
  const at = text.indexOf(start);
  if (at === -1) throw new Error(`No link ${start} in ${mail?.subject ?? 'no mail'}`);
  return /^[^\s"<>)]+/.exec(text.slice(at))?.[0].replaceAll('&amp;', '&') ?? '';
}
