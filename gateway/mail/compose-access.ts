/** Pure: mails about access, about the system, and those that people write. */
import { button, type Compose, type Scene } from './document.ts';
import type { MailData } from './kinds.ts';

const suspension: Compose<'suspension'> = ({ reason, until }, { t, words, links }) => ({
  subject: t('suspension.subject'),
  tone: 'blocked',
  heading: t('suspension.heading'),
  lead: until === null ? t('suspension.lead') : t('suspension.leadUntil', { until: words.moment(until) }),
  ...(reason === null ? {} : { quote: { label: t('suspension.reason'), text: reason } }),
  main: button(t('suspension.main'), links.portal({ objection: 'suspension' })),
  second: button(t('suspension.second'), links.portal('statement')),
});

const accessBlocked: Compose<'access_blocked'> = ({ reason }, { t, links }) => ({
  subject: t('accessBlocked.subject'),
  tone: 'blocked',
  heading: t('accessBlocked.heading'),
  lead: t('accessBlocked.lead'),
  ...(reason === null ? {} : { quote: { label: t('accessBlocked.reason'), text: reason } }),
  paragraphs: [t('accessBlocked.more')],
  main: button(t('accessBlocked.main'), links.portal({ objection: 'block' })),
  second: button(t('accessBlocked.second'), links.portal('statement')),
});

const monthlyReport: Compose<'monthly_report'> = (data, scene) => {
  const { t, words, links, person } = scene;
  const { period, tokens, costMicroUsd, requests, activeUsers, blockedUsers, errorPercent } = data;
  const values = {
    month: words.month(period),
    tokens: t('tokens', { count: tokens, number: words.compact(tokens) }),
    cost: words.money(costMicroUsd, 'USD'),
    users: words.number(activeUsers),
    requests: t('requests', { count: requests, number: words.number(requests) }),
  };
  const byTokens = (label: string, used: number) => ({ label, value: words.number(used) });
  return {
    subject: t('monthlyReport.subject', values),
    tone: 'calm',
    heading: t('monthlyReport.heading', values),
    lead: t('monthlyReport.lead', { ...values, count: activeUsers }),
    paragraphs: comparison(data, scene),
    rows: [
      byTokens(t('rows.tokens'), tokens),
      { label: t('rows.cost'), value: values.cost },
      { label: t('rows.requests'), value: words.number(requests) },
      { label: t('rows.people'), value: values.users },
      { label: t('rows.stopped'), value: words.number(blockedUsers) },
      { label: t('rows.errors'), value: words.percent(errorPercent) },
    ],
    tables: [
      {
        title: t('top.users'),
        rows: data.topUsers.map(({ userId, tokens: used }) => byTokens(person(userId).name, used)),
      },
      { title: t('top.models'), rows: data.topModels.map(({ model, tokens: used }) => byTokens(model, used)) },
    ].filter(({ rows }) => rows.length > 0),
    main: button(t('monthlyReport.main'), links.console('reports')),
    second: button(t('monthlyReport.second'), links.console('users')),
  };
};

function comparison({ tokens, previousTokens }: MailData['monthly_report'], { t, words }: Scene): string[] {
  if (previousTokens === 0) return [];
  const percent = Math.round((100 * (tokens - previousTokens)) / previousTokens);
  if (percent === 0) return [t('monthlyReport.same')];
  return [t(percent > 0 ? 'monthlyReport.up' : 'monthlyReport.down', { percent: words.percent(Math.abs(percent)) })];
}

const CAP_TONES = { warning: 'warning', critical: 'critical', blocked: 'blocked' } as const;

const capReached: Compose<'cap_reached'> = (data, { t, words, links }) => {
  const { department, level, share, capTokens, capMicroUsd, usedTokens, usedMicroUsd, stops, refused } = data;
  const values = {
    who: department ?? t('capReached.team'),
    share: words.percent(share),
    renews: words.date(data.periodEndsAt),
  };
  const isUsedUp = level === 'blocked';
  const effect = !stops ? 'shows' : isUsedUp ? 'stopped' : 'willStop';
  const money = (micros: number) => words.money(micros, 'USD');
  return {
    subject: t(isUsedUp ? 'capReached.subjectUsedUp' : 'capReached.subject', values),
    tone: CAP_TONES[level],
    heading: t(isUsedUp ? 'capReached.headingUsedUp' : 'capReached.heading', values),
    lead: t(isUsedUp && refused && share < 100 ? 'capReached.leadRefused' : 'capReached.lead', values),
    paragraphs: [t(`capReached.${effect}`, values)],
    rows: [
      ...(capTokens === null
        ? []
        : [
            { label: t('rows.tokens'), value: words.number(usedTokens) },
            { label: t('rows.cap'), value: words.number(capTokens) },
          ]),
      ...(capMicroUsd === null
        ? []
        : [
            { label: t('rows.cost'), value: money(usedMicroUsd) },
            { label: t('rows.capCost'), value: money(capMicroUsd) },
          ]),
      { label: t('rows.renews'), value: values.renews },
    ],
    main: button(t('capReached.main'), links.console('departments')),
    second: button(t('capReached.second'), links.console('reports')),
  };
};

const KNOWN_CHECKS = new Set([
  'audit_chain',
  'integrity',
  'database',
  'upstream',
  'mail',
  'disk',
  'backup',
  'interrupted',
]);

function checkName(texts: 'checks' | 'checksWell', check: string, { t }: Scene): string {
  return t(`${texts}.${KNOWN_CHECKS.has(check) ? check : 'other'}`);
}

const systemTrouble: Compose<'system_trouble'> = ({ check, detail, since, cut }, scene) => {
  const { t, words, links } = scene;
  const what = checkName('checks', check, scene);
  const found =
    cut === undefined
      ? detail
      : t('systemTrouble.cut', {
          count: cut.requests,
          cost: words.money(cut.costMicroUsd, 'USD'),
          tokens: t('tokens', { count: cut.tokens, number: words.number(cut.tokens) }),
        });
  return {
    subject: t('systemTrouble.subject', { what }),
    tone: 'critical',
    heading: t('systemTrouble.heading'),
    lead: t('systemTrouble.lead', { what, since: words.moment(since) }),
    quote: { label: t('systemTrouble.quote'), text: found },
    main: button(t('systemTrouble.main'), links.console('overview')),
    second: button(t('systemTrouble.second'), links.console('alerts')),
  };
};

const systemRecovered: Compose<'system_recovered'> = ({ check, since, at }, scene) => {
  const { t, words, links } = scene;
  const what = checkName('checksWell', check, scene);
  return {
    subject: t('systemRecovered.subject', { what }),
    tone: 'good',
    heading: t('systemRecovered.heading'),
    lead: t('systemRecovered.lead', { what, since: words.moment(since), at: words.moment(at) }),
    main: button(t('systemRecovered.main'), links.console('overview')),
    second: button(t('systemRecovered.second'), links.console('alerts')),
  };
};

const signIn: Compose<'sign_in'> = ({ minutes }, { t, links, secret }) => ({
  subject: t('signIn.subject'),
  tone: 'calm',
  heading: t('signIn.heading'),
  lead: t('signIn.lead', { minutes }),
  paragraphs: [t('signIn.ignore')],
  main: button(t('signIn.main'), secret === null ? null : links.path(secret)),
});

const message: Compose<'message'> = ({ subject, body }, { t, links }) => {
  const [lead = '', ...paragraphs] = body.split(/\n{2,}/);
  return {
    subject,
    tone: 'calm',
    heading: t('message.heading'),
    lead,
    paragraphs,
    main: button(t('message.main'), links.portal('support')),
    second: button(t('message.second'), links.portal('balance')),
  };
};

const test: Compose<'test'> = (_data, { t }) => ({
  subject: t('test.subject'),
  tone: 'good',
  heading: t('test.heading'),
  lead: t('test.lead'),
});

export const accessMails = {
  suspension,
  access_blocked: accessBlocked,
  monthly_report: monthlyReport,
  cap_reached: capReached,
  system_trouble: systemTrouble,
  system_recovered: systemRecovered,
  sign_in: signIn,
  message,
  test,
};
