import { MailSection } from '../settings/mail-section.tsx';

/** The mail server, and a test of it. */
export function MailStep() {
  return <MailSection withPreview={false} />;
}
