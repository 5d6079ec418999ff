/** Pure: mails about credit requests, other tickets, and moves of credits. */
import { figureRows } from './compose-use.ts';
import { button, type Compose, type MailDocument } from './document.ts';
import type { RequestKind } from './kinds.ts';
import type { Words } from './words.ts';

const LEAD: Readonly<Record<RequestKind, string>> = {
  credits: 'leadCredits',
  support: 'leadSupport',
  limit: 'leadLimit',
  objection: 'leadObjection',
};

/** What the number of a request is. */
const LABEL: Readonly<Record<RequestKind, string>> = {
  credits: 'rows.amount',
  support: 'rows.amount',
  limit: 'rows.limitAsked',
  objection: 'rows.amount',
};

const received: Compose<'request_received'> = (data, { t, words, links }) => {
  const { ticket, requestKind, amount, price, urgency, answerWithinHours } = data;
  return {
    subject: t('requestReceived.subject', { ticket }),
    tone: 'calm',
    heading: t('requestReceived.heading'),
    lead: t(`requestReceived.${LEAD[requestKind]}`, ofTokens(amount ?? 0, words)),
    paragraphs: [t('requestReceived.answer', { count: answerWithinHours })],
    rows: [
      { label: t('rows.ticket'), value: ticket },
      ...(amount === null ? [] : [{ label: t(LABEL[requestKind]), value: words.number(amount) }]),
      ...(price === null ? [] : [{ label: t('rows.price'), value: words.money(price.micros, price.currency) }]),
      { label: t('rows.urgency'), value: t(`urgency.${urgency}`) },
    ],
    main: button(t('requestReceived.main'), links.portal({ ticket })),
    second: button(t('requestReceived.second'), links.portal('balance')),
  };
};

const approved: Compose<'request_approved'> = (data, { t, words, links }) => {
  const { ticket, requestKind, amount, requestedAmount, note, figures } = data;
  const texts = requestKind === 'limit' ? 'limitApproved' : 'requestApproved';
  const values = ofTokens(amount, words);
  return {
    subject: t(`${texts}.subject`, values),
    tone: 'good',
    heading: t('requestApproved.heading'),
    lead: t(`${texts}.lead`, values),
    paragraphs:
      amount === requestedAmount ? [] : [t('requestApproved.other', { requested: words.number(requestedAmount) })],
    ...quoted(t('requestApproved.note'), note),
    bar: figures,
    rows: [{ label: t('rows.ticket'), value: ticket }, ...figureRows(figures, { t, words })],
    main: button(t('requestApproved.main'), links.portal('balance')),
    second: button(t('requestApproved.second'), links.portal({ ticket })),
  };
};

const rejected: Compose<'request_rejected'> = ({ ticket, requestKind, amount, reason }, { t, words, links }) => ({
  subject: t('requestRejected.subject', { ticket }),
  tone: 'calm',
  heading: t('requestRejected.heading'),
  lead: t(`requestRejected.${amount === null ? 'leadOther' : requestKind === 'limit' ? 'leadLimit' : 'lead'}`, {
    ...ofTokens(amount ?? 0, words),
  }),
  ...quoted(t('requestRejected.reason'), reason),
  rows: [{ label: t('rows.ticket'), value: ticket }],
  main: button(t('requestRejected.main'), links.portal('support')),
  second: button(t('requestRejected.second'), links.portal({ ticket })),
});

const question: Compose<'request_question'> = ({ ticket, question: text }, { t, links }) => ({
  subject: t('requestQuestion.subject', { ticket }),
  tone: 'warning',
  heading: t('requestQuestion.heading'),
  lead: t('requestQuestion.lead'),
  quote: { label: t('requestQuestion.quote'), text },
  rows: [{ label: t('rows.ticket'), value: ticket }],
  main: button(t('requestQuestion.main'), links.portal({ ticket })),
  second: button(t('requestQuestion.second'), links.portal('balance')),
});

const answered: Compose<'request_answered'> = ({ ticket, answer }, { t, links }) => ({
  subject: t('requestAnswered.subject', { ticket }),
  tone: 'good',
  heading: t('requestAnswered.heading'),
  lead: t('requestAnswered.lead', { ticket }),
  quote: { label: t('requestAnswered.quote'), text: answer },
  main: button(t('requestAnswered.main'), links.portal({ ticket })),
  second: button(t('requestAnswered.second'), links.portal('support')),
});

const undone: Compose<'request_undone'> = (data, { t, words, links }) => {
  const { ticket, requestKind, was, amount, figures } = data;
  const which = was === 'rejected' ? 'Rejected' : requestKind === 'limit' ? 'Limit' : '';
  return {
    subject: t(was === 'rejected' ? 'requestUndone.subjectRejected' : 'requestUndone.subject', { ticket }),
    tone: was === 'rejected' ? 'calm' : 'warning',
    heading: t(was === 'rejected' ? 'requestUndone.headingRejected' : 'requestUndone.heading'),
    lead: t(`requestUndone.lead${which}`, ofTokens(amount ?? 0, words)),
    ...(figures === null ? {} : { bar: figures }),
    rows: [{ label: t('rows.ticket'), value: ticket }, ...(figures === null ? [] : figureRows(figures, { t, words }))],
    main: button(t('requestUndone.main'), links.portal({ ticket })),
    second: button(t('requestUndone.second'), links.portal('support')),
  };
};

const newRequest: Compose<'new_request'> = (data, { t, words, links, person }) => {
  const { ticket, requestId, requestKind, requesterId, amount, urgency, justification } = data;
  const { name, email } = person(requesterId);
  const values = { name, ...ofTokens(amount ?? 0, words) };
  return {
    subject:
      requestKind === 'credits'
        ? t('newRequest.subjectCredits', values)
        : t('newRequest.subjectOther', { name, what: t(`what.${requestKind}`) }),
    tone: urgency === 'critical' ? 'critical' : urgency === 'high' ? 'warning' : 'calm',
    heading: t('newRequest.heading'),
    lead: t(`newRequest.${LEAD[requestKind]}`, values),
    quote: { label: t('newRequest.quote'), text: justification },
    rows: [
      { label: t('rows.ticket'), value: ticket },
      ...(amount === null ? [] : [{ label: t(LABEL[requestKind]), value: words.number(amount) }]),
      { label: t('rows.urgency'), value: t(`urgency.${urgency}`) },
      ...(email === null ? [] : [{ label: t('rows.email'), value: email }]),
    ],
    main: button(t('newRequest.main'), links.console({ request: requestId })),
    second: button(t('newRequest.second'), links.console({ user: requesterId })),
  };
};

const replied: Compose<'request_replied'> = ({ ticket, requestId, requesterId, reply }, { t, links, person }) => {
  const { name } = person(requesterId);
  return {
    subject: t('requestReplied.subject', { name, ticket }),
    tone: 'calm',
    heading: t('requestReplied.heading'),
    lead: t('requestReplied.lead', { name, ticket }),
    quote: { label: t('requestReplied.quote'), text: reply },
    main: button(t('newRequest.main'), links.console({ request: requestId })),
    second: button(t('newRequest.second'), links.console({ user: requesterId })),
  };
};

const grant: Compose<'grant'> = ({ amount, reason, figures }, { t, words, links }) => ({
  subject: t('grant.subject', ofTokens(amount, words)),
  tone: 'good',
  heading: t('grant.heading'),
  lead: t('grant.lead', ofTokens(amount, words)),
  ...quoted(t('grant.reason'), reason),
  bar: figures,
  rows: figureRows(figures, { t, words }),
  main: button(t('grant.main'), links.portal('balance')),
  second: button(t('grant.second'), links.portal('statement')),
});

const compensation: Compose<'compensation'> = ({ amount, reason, figures }, { t, words, links }) => ({
  subject: t('compensation.subject', ofTokens(amount, words)),
  tone: 'good',
  heading: t('compensation.heading'),
  lead: t('compensation.lead', ofTokens(amount, words)),
  ...quoted(t('compensation.reason'), reason),
  bar: figures,
  rows: figureRows(figures, { t, words }),
  main: button(t('compensation.main'), links.portal('statement')),
  second: button(t('compensation.second'), links.portal('support')),
});

function ofTokens(amount: number, words: Words): { count: number; amount: string } {
  return { count: amount, amount: words.number(amount) };
}

/** Somebody's words, where there are any. */
function quoted(label: string, text: string | null): Pick<MailDocument, 'quote'> {
  return text === null || text === '' ? {} : { quote: { label, text } };
}

export const requestMails = {
  request_received: received,
  request_approved: approved,
  request_rejected: rejected,
  request_question: question,
  request_answered: answered,
  request_undone: undone,
  new_request: newRequest,
  request_replied: replied,
  grant,
  compensation,
};
