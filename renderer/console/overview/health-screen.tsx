import { fetchHealth, type HealthAnswer } from '../../shared/api/health.ts';
import { usePoll } from '../../shared/hooks/use-poll.ts';
import { useSecondsSince } from '../../shared/hooks/use-seconds-since.ts';
import { type Locale, messages } from '../../shared/i18n/locale.ts';
import { CopyButton } from '../../shared/ui/copy-button.tsx';
import { StatusMark } from '../../shared/ui/status-mark.tsx';
import { ConnectPanel } from './connect-panel.tsx';
import css from './health-screen.module.css';
import { type HealthView, viewHealth } from './health-view.ts';
import { PartCard } from './part-card.tsx';

const ASK_EVERY_MS = 5_000;
const PLACEHOLDERS = ['a', 'b', 'c', 'd', 'e', 'f'];

interface HealthScreenProps {
  locale: Locale;
}

/** One question, its answer, and what to do. */
export function HealthScreen({ locale }: HealthScreenProps) {
  const { value: health, answeredAt, askNow } = usePoll(fetchHealth, ASK_EVERY_MS);
  const view = viewHealth(health, locale);
  const { question, partsLabel } = messages[locale];

  return (
    <main className={css.screen}>
      <section className={css.hero} data-mood={view.mood} aria-busy={view.mood === 'loading'}>
        <h1 className={css.question}>{question}</h1>
        <Answer view={view} />
        {view.advice && <p className={css.advice}>{view.advice}</p>}
        {view.technicalCause && <TechnicalCause cause={view.technicalCause} locale={locale} />}
        {health && <Freshness answeredAt={answeredAt} onAskNow={askNow} locale={locale} />}
      </section>

      {view.mood === 'loading' && (
        <div className={css.grid} data-placeholder="true" aria-hidden="true">
          {PLACEHOLDERS.map((key) => (
            <div key={key} className={css.placeholder} />
          ))}
        </div>
      )}
      {view.parts.length > 0 && (
        <section className={css.grid} aria-label={partsLabel}>
          {view.parts.map((part) => (
            <PartCard key={part.name} part={part} locale={locale} />
          ))}
        </section>
      )}
      {health && health.kind !== 'unreachable' && <ConnectPanel locale={locale} />}
      {health && <Footer health={health} locale={locale} />}
    </main>
  );
}

function Answer({ view }: { view: HealthView }) {
  const status = view.mood === 'unreachable' ? 'unhealthy' : view.mood;
  return (
    <p className={css.answer} role="status">
      {status !== 'loading' && <StatusMark status={status} size={30} />}
      {view.answer}
    </p>
  );
}

function TechnicalCause({ cause, locale }: { cause: string; locale: Locale }) {
  const { technicalCause, copy, copied } = messages[locale];
  return (
    <div className={css.cause}>
      <span>
        {technicalCause}: <code>{cause}</code>
      </span>
      <CopyButton text={cause} label={copy} doneLabel={copied} />
    </div>
  );
}

interface FreshnessProps {
  answeredAt: number;
  onAskNow(): void;
  locale: Locale;
}

function Freshness({ answeredAt, onAskNow, locale }: FreshnessProps) {
  const seconds = useSecondsSince(answeredAt);
  const { checkedAgo, checkAgain } = messages[locale];
  return (
    <p className={css.freshness}>
      <span>{checkedAgo(seconds)}</span>
      <button type="button" className={css.again} onClick={onAskNow}>
        {checkAgain}
      </button>
    </p>
  );
}

function Footer({ health, locale }: { health: HealthAnswer; locale: Locale }) {
  if (health.kind === 'unreachable') return null;
  const version = health.kind === 'report' ? health.report.version : health.version;
  return <footer className={css.footer}>{messages[locale].version(version)}</footer>;
}
