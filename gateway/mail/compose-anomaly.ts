/** Pure: mails about unusual use, to the person and to administrators. */
import type { AnomalyEvidence } from '../contract/alerts.ts';
import { button, type Compose, type MailDocument, type Scene } from './document.ts';
import type { AnomalyNotice } from './kinds.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const TONES = { watch: 'warning', limit: 'critical', suspend: 'blocked' } as const;

const anomaly: Compose<'anomaly'> = (notice, scene) => {
  const { t, links } = scene;
  return {
    subject: t('anomaly.subject'),
    heading: t('anomaly.heading'),
    ...told('anomaly', notice, scene, {}),
    main: button(t('anomaly.main'), links.portal({ objection: notice.alertId })),
    second: button(t('anomaly.second'), links.portal('statement')),
  };
};

const unusualUse: Compose<'unusual_use'> = (notice, scene) => {
  const { t, links, person } = scene;
  const { name } = person(notice.userId);
  const { paragraphs, ...rest } = told('unusualUse', notice, scene, { name });
  return {
    subject: t('unusualUse.subject', { name }),
    heading: t('unusualUse.heading'),
    ...rest,
    paragraphs: notice.step === 'watch' ? paragraphs : [...paragraphs, t('unusualUse.back')],
    main: button(t('unusualUse.main'), links.console({ anomaliesOf: notice.userId })),
    second: button(t('unusualUse.second'), links.console({ user: notice.userId })),
  };
};

type Told = Pick<MailDocument, 'tone' | 'lead'> & { readonly paragraphs: readonly string[] };

/** The strongest evidence leads; then come the rest, and the step. */
function told(
  texts: 'anomaly' | 'unusualUse',
  { evidence, step, perMinute, until }: AnomalyNotice,
  { t, words }: Scene,
  values: Readonly<Record<string, string>>,
): Told {
  const order = ['high', 'medium', 'low'];
  const pieces = evidence.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  const [lead = '', ...others] = pieces.map((piece) =>
    t(`${texts}.${keyOf(piece)}`, { ...valuesOf(piece, { t, words }), ...values }),
  );
  const key = step === 'suspend' && until !== null ? 'suspendUntil' : step;
  const done = t(`${texts}.${key}`, {
    ...values,
    count: perMinute ?? 0,
    perMinute: words.number(perMinute ?? 0),
    until: until === null ? '' : words.moment(until),
  });
  return { tone: TONES[step], lead, paragraphs: [...others, done] };
}

function keyOf(piece: AnomalyEvidence): string {
  return piece.measure === 'volume' && piece.within === 'hour' ? 'volumeHour' : piece.measure;
}

function valuesOf(piece: AnomalyEvidence, { t, words }: Pick<Scene, 't' | 'words'>): Record<string, string> {
  if (piece.measure === 'regularity') {
    const seconds = Math.max(1, Math.round(piece.meanGapMs / SECOND_MS));
    const isLong = piece.meanGapMs >= 2 * MINUTE_MS;
    const gap = isLong
      ? t('gap.minutes', { count: Math.round(piece.meanGapMs / MINUTE_MS) })
      : t('gap.seconds', { count: seconds });
    return { requests: words.number(piece.requests), gap };
  }
  const { seen, usual, times } = piece;
  return { seen: words.number(seen), usual: words.number(usual), times: words.number(times) };
}

export const anomalyMails = { anomaly, unusual_use: unusualUse };
