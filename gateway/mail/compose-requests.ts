/** Pure: mails about credit requests, other tickets, and moves of credits. */
import { figureRows } from './compose-use.ts';
import { button, type Compose } from './document.ts';
import type { RequestKind } from './kinds.ts';

const LEAD: Readonly<Record<RequestKind, string>> = {
  credits: 'leadCredits',
  support: 'leadSupport',
  limit: 'leadLimit',
  objection: 'leadObjection',
};

const received: Compose<'request_received'> = (data, { t, words, links }) => {
  const { ticket, requestKind, amount, price, urgency, answerWithinHours } = data;
  return {
    subject: t('requestReceived.subject', { ticket }),
    tone: 'calm',
    heading: t('requestReceived.heading'),
    lead: t(`requestReceived.${LEAD[requestKind]}`, { amount: words.number(amount ?? 0) }),
    paragraphs: [t('requestReceived.answer', { count: answerWithinHours })],
    rows: [
      { label: t('rows.ticket'), value: ticket },
      ...(amount === null ? [] : [{ label: t('rows.amount'), value: words.number(amount) }]),
      ...(price === null ? [] : [{ label: t('rows.price'), value: words.money(price.micros, price.currency) }]),
      { label: t('rows.urgency'), value: t(`urgency.${urgency}`) },
    ],
    main: button(t('requestReceived.main'), links.portal({ ticket })),
    second: button(t('requestReceived.second'), links.portal('balance')),
  };
};

const approved: Compose<'request_approved'> = (data, { t, words, links }) => {
  const { ticket, amount, requestedAmount, note, figures } = data;
  const tokens = words.number(amount);
  return {
    subject: t('requestApproved.subject', { amount: tokens }),
    tone: 'good',
    heading: t('requestApproved.heading'),
    lead: t('requestApproved.lead', { amount: tokens }),
    paragraphs:
      amount === requestedAmount ? [] : [t('requestApproved.other', { requested: words.number(requestedAmount) })],
    ...(note === null ? {} : { quote: { label: t('requestApproved.note'), text: note } }),
    bar: figures,
    rows: [{ label: t('rows.ticket'), value: ticket }, ...figureRows(figures, { t, words })],
    main: button(t('requestApproved.main'), links.portal('balance')),
    second: button(t('requestApproved.second'), links.portal({ ticket })),
  };
};

const rejected: Compose<'request_rejected'> = ({ ticket, amount, reason }, { t, words, links }) => ({
  subject: t('requestRejected.subject', { ticket }),
  tone: 'calm',
  heading: t('requestRejected.heading'),
  lead: amount === null ? t('requestRejected.leadOther') : t('requestRejected.lead', { amount: words.number(amount) }),
  quote: { label: t('requestRejected.reason'), text: reason },
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

const undone: Compose<'request_undone'> = ({ ticket, amount, figures }, { t, words, links }) => ({
  subject: t('requestUndone.subject', { ticket }),
  tone: 'warning',
  heading: t('requestUndone.heading'),
  lead: t('requestUndone.lead', { amount: words.number(amount) }),
  bar: figures,
  rows: [{ label: t('rows.ticket'), value: ticket }, ...figureRows(figures, { t, words })],
  main: button(t('requestUndone.main'), links.portal({ ticket })),
  second: button(t('requestUndone.second'), links.portal('support')),
});

const newRequest: Compose<'new_request'> = (data, { t, words, links, person }) => {
  const { ticket, requestId, requestKind, requesterId, amount, urgency, justification } = data;
  const { name, email } = person(requesterId);
  const tokens = words.number(amount ?? 0);
  return {
    subject:
      requestKind === 'credits'
        ? t('newRequest.subjectCredits', { name, amount: tokens })
        : t('newRequest.subjectOther', { name, what: t(`what.${requestKind}`) }),
    tone: urgency === 'critical' ? 'critical' : urgency === 'high' ? 'warning' : 'calm',
    heading: t('newRequest.heading'),
    lead: t(`newRequest.${LEAD[requestKind]}`, { name, amount: tokens }),
    quote: { label: t('newRequest.quote'), text: justification },
    rows: [
      { label: t('rows.ticket'), value: ticket },
      { label: t('rows.urgency'), value: t(`urgency.${urgency}`) },
      ...(email === null ? [] : [{ label: t('rows.email'), value: email }]),
    ],
    main: button(t('newRequest.main'), links.console({ request: requestId })),
    second: button(t('newRequest.second'), links.console({ user: requesterId })),
  };
};

const grant: Compose<'grant'> = ({ amount, reason, figures }, { t, words, links }) => ({
  subject: t('grant.subject', { amount: words.number(amount) }),
  tone: 'good',
  heading: t('grant.heading'),
  lead: t('grant.lead', { amount: words.number(amount) }),
  ...(reason === null ? {} : { quote: { label: t('grant.reason'), text: reason } }),
  bar: figures,
  rows: figureRows(figures, { t, words }),
  main: button(t('grant.main'), links.portal('balance')),
  second: button(t('grant.second'), links.portal('statement')),
});

const compensation: Compose<'compensation'> = ({ amount, reason, figures }, { t, words, links }) => ({
  subject: t('compensation.subject', { amount: words.number(amount) }),
  tone: 'good',
  heading: t('compensation.heading'),
  lead: t('compensation.lead', { amount: words.number(amount) }),
  ...(reason === null ? {} : { quote: { label: t('compensation.reason'), text: reason } }),
  bar: figures,
  rows: figureRows(figures, { t, words }),
  main: button(t('compensation.main'), links.portal('statement')),
  second: button(t('compensation.second'), links.portal('support')),
});

export const requestMails = {
  request_received: received,
  request_approved: approved,
  request_rejected: rejected,
  request_question: question,
  request_answered: answered,
  request_undone: undone,
  new_request: newRequest,
  grant,
  compensation,
};
