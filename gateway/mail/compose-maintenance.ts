/** Pure: mails about maintenance, to administrators and to users. */
import { button, type Compose, type Row, type Scene } from './document.ts';

const started: Compose<'maintenance_started'> = (data, scene) => {
  const { t, words, links } = scene;
  const { message, until, since, byOperatorId, usersAreTold } = data;
  return {
    subject: t('maintenanceStarted.subject'),
    tone: 'warning',
    heading: t('maintenanceStarted.heading'),
    lead: t('maintenanceStarted.lead'),
    paragraphs: [t(usersAreTold ? 'maintenanceStarted.told' : 'maintenanceStarted.notTold')],
    ...(message === null ? {} : { quote: { label: t('maintenanceStarted.quote'), text: message } }),
    rows: [
      { label: t('rows.since'), value: words.moment(since) },
      { label: t('rows.until'), value: until === null ? t('open') : words.moment(until) },
      ...switchedBy(byOperatorId, scene),
    ],
    main: button(t('maintenanceStarted.main'), links.console('maintenance')),
    second: button(t('maintenanceStarted.second'), links.console('overview')),
  };
};

const ended: Compose<'maintenance_ended'> = ({ since, at, byOperatorId }, scene) => {
  const { t, words, links } = scene;
  return {
    subject: t('maintenanceEnded.subject'),
    tone: 'good',
    heading: t('maintenanceEnded.heading'),
    lead: t('maintenanceEnded.lead'),
    rows: [
      { label: t('rows.since'), value: words.moment(since) },
      { label: t('rows.ended'), value: words.moment(at) },
      ...switchedBy(byOperatorId, scene),
    ],
    main: button(t('maintenanceEnded.main'), links.console('overview')),
    second: button(t('maintenanceEnded.second'), links.console('alerts')),
  };
};

const overdue: Compose<'maintenance_overdue'> = ({ since, until }, { t, words, links }) => ({
  subject: t('maintenanceOverdue.subject'),
  tone: 'warning',
  heading: t('maintenanceOverdue.heading'),
  lead: t('maintenanceOverdue.lead', { until: words.moment(until) }),
  paragraphs: [t('maintenanceOverdue.more')],
  rows: [
    { label: t('rows.since'), value: words.moment(since) },
    { label: t('rows.until'), value: words.moment(until) },
  ],
  main: button(t('maintenanceOverdue.main'), links.console('maintenance')),
  second: button(t('maintenanceOverdue.second'), links.console('overview')),
});

function switchedBy(operatorId: string | null, { t, person }: Scene): Row[] {
  return operatorId === null ? [] : [{ label: t('rows.by'), value: person(operatorId).name }];
}

const notice: Compose<'maintenance_notice'> = ({ message, until }, { t, words, links }) => ({
  subject: t('maintenanceNotice.subject'),
  tone: 'calm',
  heading: t('maintenanceNotice.heading'),
  lead: until === null ? t('maintenanceNotice.lead') : t('maintenanceNotice.leadUntil', { until: words.moment(until) }),
  ...(message === null ? {} : { quote: { label: t('maintenanceNotice.quote'), text: message } }),
  paragraphs: [t('maintenanceNotice.more')],
  main: button(t('maintenanceNotice.main'), links.portal('balance')),
  second: button(t('maintenanceNotice.second'), links.portal('support')),
});

const over: Compose<'maintenance_over'> = ({ at }, { t, words, links }) => ({
  subject: t('maintenanceOver.subject'),
  tone: 'good',
  heading: t('maintenanceOver.heading'),
  lead: t('maintenanceOver.lead', { at: words.moment(at) }),
  main: button(t('maintenanceOver.main'), links.portal('balance')),
  second: button(t('maintenanceOver.second'), links.portal('support')),
});

export const maintenanceMails = {
  maintenance_started: started,
  maintenance_ended: ended,
  maintenance_overdue: overdue,
  maintenance_notice: notice,
  maintenance_over: over,
};
