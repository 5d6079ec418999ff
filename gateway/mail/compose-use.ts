/** Pure: mails about a user's own use. */

import { button, type Compose, type Row, type Scene } from './document.ts';
import type { MailData, UseFigures } from './kinds.ts';
import { PRODUCT } from './words.ts';

const warning: Compose<'warning'> = (data, scene) => ({
  ...nearEnd('warning', data, scene),
  tone: 'warning',
  second: button(scene.t('warning.second'), scene.links.portal('statement')),
});

const critical: Compose<'critical'> = (data, scene) => ({
  ...nearEnd('critical', data, scene),
  tone: 'critical',
  second: button(scene.t('critical.second'), scene.links.portal('support')),
});

function nearEnd(key: 'warning' | 'critical', data: MailData['warning'], { t, words, links }: Scene) {
  const { figures, share, daysLeft } = data;
  const values = {
    share: words.percent(share),
    left: words.number(figures.available ?? 0),
    renews: words.date(figures.periodEndsAt),
  };
  const said = { ...values, count: figures.available ?? 0 };
  const pace =
    daysLeft === null
      ? t(`${key}.lasts`, values)
      : daysLeft === 0 && key === 'critical'
        ? t('critical.today', values)
        : t(`${key}.days`, { ...values, count: Math.max(1, daysLeft) });
  return {
    subject: t(`${key}.subject`, said),
    heading: t(`${key}.heading`, values),
    lead: t(`${key}.lead`, said),
    paragraphs: [pace],
    bar: figures,
    rows: figureRows(figures, { t, words }),
    main: button(t(`${key}.main`), links.portal('request')),
  };
}

const blocked: Compose<'blocked'> = ({ figures }, { t, words, links }) => {
  const left = figures.available ?? 0;
  // A request that asked for more than is left was refused: there is something for smaller ones.
  const part = left > 0 ? 'Part' : '';
  const values = { left: words.number(left), renews: words.date(figures.periodEndsAt) };
  return {
    subject: t(`blocked.subject${part}`),
    tone: left > 0 ? 'critical' : 'blocked',
    heading: t(`blocked.heading${part}`),
    lead: t(`blocked.lead${part}`, values),
    bar: figures,
    rows: figureRows(figures, { t, words }),
    main: button(t('blocked.main'), links.portal('request')),
    second: button(t('blocked.second'), links.portal('support')),
  };
};

const earlyWarning: Compose<'early_warning'> = ({ figures, exhaustionDay, tip }, { t, words, links }) => {
  const values = {
    day: words.day(exhaustionDay),
    left: words.number(figures.available ?? 0),
    renews: words.date(figures.periodEndsAt),
  };
  const advice =
    tip.kind === 'model'
      ? t('earlyWarning.tipModel', { model: tip.model, percent: words.percent(tip.percent) })
      : tip.kind === 'prompts'
        ? t('earlyWarning.tipPrompts', { percent: words.percent(tip.percent) })
        : t('earlyWarning.tipGeneral');
  return {
    subject: t('earlyWarning.subject', values),
    tone: 'calm',
    heading: t('earlyWarning.heading'),
    lead: t('earlyWarning.lead', values),
    paragraphs: [advice],
    bar: figures,
    rows: figureRows(figures, { t, words }),
    main: button(t('earlyWarning.main'), links.portal('request')),
    second: button(t('earlyWarning.second'), links.portal('statement')),
  };
};

const welcome: Compose<'welcome'> = ({ figures }, { t, words, links }) => {
  const unlimited = figures.limit === null;
  const values = {
    limit: words.number(figures.limit ?? 0),
    renews: words.date(figures.periodEndsAt),
    product: PRODUCT,
  };
  return {
    subject: t(unlimited ? 'welcome.subjectUnlimited' : 'welcome.subject', values),
    tone: 'calm',
    heading: t('welcome.heading'),
    lead: t(unlimited ? 'welcome.leadUnlimited' : 'welcome.lead', values),
    ...(unlimited ? {} : { bar: figures, paragraphs: [t('welcome.more')] }),
    main: button(t('welcome.main'), links.portal('balance')),
    second: button(t('welcome.second'), links.portal('settings')),
  };
};

const renewal: Compose<'renewal'> = (data, { t, words, links }) => {
  const { figures, endedPeriod, tokens, share, requests } = data;
  // The instant before the period's end lies in the month that has begun.
  const month = words.monthAt(figures.periodEndsAt - 1);
  const total = figures.available === null ? null : words.number(figures.available);
  const rows: Row[] = [
    { label: t('rows.tokens'), value: words.number(tokens) },
    ...(share === null ? [] : [{ label: t('rows.share'), value: words.percent(share) }]),
    { label: t('rows.requests'), value: words.number(requests) },
    { label: t('rows.creditsKept'), value: words.number(figures.credits) },
    { label: t('rows.total'), value: total ?? t('unlimited') },
  ];
  return {
    subject: t('renewal.subject', { month }),
    tone: 'good',
    heading: t('renewal.heading'),
    lead: total === null ? t('renewal.leadUnlimited') : t('renewal.lead', { total, month }),
    ...(figures.limit === null ? {} : { bar: figures }),
    tables: [{ title: t('renewal.last', { month: words.month(endedPeriod) }), rows }],
    main: button(t('renewal.main'), links.portal('balance')),
    second: button(t('renewal.second'), links.portal('statement')),
  };
};

const interruption: Compose<'interruption'> = ({ requests, at, figures }, { t, words, links }) => ({
  subject: t('interruption.subject'),
  tone: 'calm',
  heading: t('interruption.heading'),
  lead: t('interruption.lead', { count: requests, at: words.moment(at) }),
  paragraphs: [t('interruption.more')],
  ...(figures.limit === null ? {} : { bar: figures }),
  main: button(t('interruption.main'), links.portal('statement')),
  second: button(t('interruption.second'), links.portal('support')),
});

/** The numbers behind the bar. */
export function figureRows(figures: UseFigures, { t, words }: Pick<Scene, 't' | 'words'>): Row[] {
  const { limit, usedMonthly, usedCredits, credits, held, available, periodEndsAt } = figures;
  return [
    { label: t('rows.used'), value: words.number(usedMonthly + usedCredits) },
    ...(held > 0 ? [{ label: t('rows.held'), value: words.number(held) }] : []),
    { label: t('rows.limit'), value: limit === null ? t('unlimited') : words.number(limit) },
    ...(credits > 0 ? [{ label: t('rows.credits'), value: words.number(credits) }] : []),
    ...(available === null ? [] : [{ label: t('rows.left'), value: words.number(available) }]),
    { label: t('rows.renews'), value: words.date(periodEndsAt) },
  ];
}

export const mailsOfUse = { welcome, warning, critical, blocked, early_warning: earlyWarning, renewal, interruption };
