/** From a mail's kind and data to what is sent: subject, HTML and plain text. */
import { accessMails } from './compose-access.ts';
import { anomalyMails } from './compose-anomaly.ts';
import { maintenanceMails } from './compose-maintenance.ts';
import { requestMails } from './compose-requests.ts';
import { mailsOfUse } from './compose-use.ts';
import type { Compose, MailDocument, Scene } from './document.ts';
import { MAIL_RULES, type MailData, type MailKind } from './kinds.ts';
import { createLinks } from './links.ts';
import { plainText } from './plain-text.ts';
import { translator } from './texts/translate.ts';
import { createWords, type Locale, PRODUCT } from './words.ts';

const COMPOSERS: { [Kind in MailKind]: Compose<Kind> } = {
  ...mailsOfUse,
  ...requestMails,
  ...accessMails,
  ...maintenanceMails,
  ...anomalyMails,
};

export interface MailToRender {
  readonly kind: MailKind;
  readonly data: Readonly<Record<string, unknown>>;
  /** Path and query of the secret link; null when it is gone or must not be shown. */
  readonly secret: string | null;
}

/** Who reads it, and what the installation says of itself. */
export interface Surroundings {
  readonly locale: Locale;
  readonly timeZone: string;
  /** How the greeting names the reader; null greets nobody by name. */
  readonly name: string | null;
  readonly isOperator: boolean;
  readonly publicUrl: string | null;
  /** Whom to write to where there are no links. */
  readonly contactEmail: string | null;
  readonly person: Scene['person'];
}

/** What stands around the document in every mail. */
export interface Frame {
  readonly locale: Locale;
  readonly greeting: string;
  /** How to reach somebody where there are no links. */
  readonly contact: string | null;
  readonly footer: string;
  /** Where mails of this kind can be switched off; null where they cannot. */
  readonly preferences: { readonly label: string; readonly url: string } | null;
}

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Where its reader can switch mails of its kind off; null where nobody can. */
  readonly preferencesUrl: string | null;
}

/** Renders a mail. Deterministic: the same mail to the same reader is the same at every attempt. */
export async function renderMail(mail: MailToRender, around: Surroundings): Promise<RenderedMail> {
  const t = await translator(around.locale);
  const words = createWords(around.locale, around.timeZone);
  const links = createLinks(around.publicUrl);
  const scene: Scene = { t, words, links, person: around.person, secret: mail.secret };
  const document = composeMail(mail.kind, mail.data, scene);
  const settings = MAIL_RULES[mail.kind].optional && !around.isOperator ? links.portal('settings') : null;
  const frame: Frame = {
    locale: around.locale,
    greeting: around.name === null ? t('greetingNobody') : t('greeting', { name: around.name }),
    contact: links.portal('balance') !== null || around.isOperator ? null : contactLine(around.contactEmail, scene),
    footer: t(around.isOperator ? 'footer.operator' : 'footer.user', { product: PRODUCT }),
    preferences: settings === null ? null : { label: t('footer.preferences'), url: settings },
  };
  const { renderHtml } = await import('./html.ts');
  return {
    subject: oneLine(document.subject),
    html: await renderHtml(document, frame, { t, words }),
    text: plainText(document, frame, { t, words }),
    preferencesUrl: settings,
  };
}

function composeMail<Kind extends MailKind>(
  kind: Kind,
  data: Readonly<Record<string, unknown>>,
  scene: Scene,
): MailDocument {
  // Written by `enqueue`, which checks it against the kind.
  return COMPOSERS[kind](data as unknown as MailData[Kind], scene);
}

function contactLine(email: string | null, { t }: Scene): string {
  return email === null ? t('contactNobody') : t('contact', { email });
}

/** A subject of names and words that people wrote must stay one header. */
function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
