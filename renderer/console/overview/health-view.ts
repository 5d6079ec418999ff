/** What the health screen says, out of what the gateway reports. No React in here. */
import type { Health } from '../../../gateway/contract/health.ts';
import type { HealthAnswer } from '../../shared/api/health.ts';
import { formatBytes, formatMilliseconds, formatShare } from '../../shared/format/format.ts';
import { type Locale, messages } from '../../shared/i18n/locale.ts';

type Checks = Health['checks'];
export type PartName = keyof Checks;
export type Mood = Health['status'];

export interface PartView {
  name: PartName;
  title: string;
  status: Mood;
  /** The figure of the part, formatted; null where the status says it all. */
  figure: string | null;
  /** What is wrong and what to do, else what the figure means. */
  note: string;
}

export interface HealthView {
  mood: Mood | 'unreachable' | 'loading';
  answer: string;
  advice: string | null;
  /** In small print, to be copied. */
  technicalCause: string | null;
  parts: PartView[];
}

const ORDER: readonly PartName[] = ['database', 'upstreams', 'eventLoop', 'cpu', 'memory', 'disk', 'redis', 'mail'];

/** @param health null while the first answer is out */
export function viewHealth(health: HealthAnswer | null, locale: Locale): HealthView {
  const { answer, advice } = messages[locale];
  if (!health) return { mood: 'loading', answer: answer.loading, advice: null, technicalCause: null, parts: [] };
  switch (health.kind) {
    case 'unreachable': {
      const technicalCause = health.cause;
      return { mood: 'unreachable', answer: answer.unreachable, advice: advice.unreachable, technicalCause, parts: [] };
    }
    case 'alive':
      return { mood: 'healthy', answer: answer.alive, advice: advice.alive, technicalCause: null, parts: [] };
    case 'report':
      return viewReport(health.report, locale);
  }
}

function viewReport({ status, checks }: Health, locale: Locale): HealthView {
  const { answer, advice } = messages[locale];
  const parts = ORDER.flatMap((name) => viewPart(name, checks, locale) ?? []);
  const troubled = parts.filter((part) => part.status !== 'healthy').map((part) => part.title);
  const names = new Intl.ListFormat(locale, { type: 'conjunction' }).format(troubled);
  // One upstream of several may be down in a healthy gateway; the headline must not deny what stands below it.
  const mood = status === 'healthy' && troubled.length > 0 ? 'degraded' : status;
  const said = mood === 'healthy' ? advice.healthy : advice[mood](names);
  return { mood, answer: answer[mood], advice: said, technicalCause: null, parts };
}

function viewPart(name: PartName, checks: Checks, locale: Locale): PartView | null {
  const { status } = checks[name];
  const { parts, notes, problems, noUpstreams } = messages[locale];
  if (status === 'not_configured') {
    if (name !== 'upstreams') return null;
    return { name, title: parts.upstreams, status: 'healthy', figure: noUpstreams.figure, note: noUpstreams.note };
  }
  const figure = figureOf(name, checks, locale);
  if (status === 'up') return { name, title: parts[name], status: 'healthy', figure, note: notes[name] };
  const unreachable = checks.upstreams.items.filter((item) => item.status === 'down').map((item) => item.name);
  const note = name === 'upstreams' ? problems.upstreams(unreachable.join(', ')) : problems[name];
  return { name, title: parts[name], status: status === 'degraded' ? 'degraded' : 'unhealthy', figure, note };
}

function figureOf(name: PartName, checks: Checks, locale: Locale): string | null {
  const { of, free } = messages[locale].units;
  switch (name) {
    case 'cpu':
      return formatShare(checks.cpu.percent / 100, locale);
    case 'memory':
      return formatShare(checks.memory.percent / 100, locale);
    case 'disk':
      return checks.disk.freeBytes === null ? null : free(formatBytes(checks.disk.freeBytes, locale));
    case 'eventLoop':
      return formatMilliseconds(checks.eventLoop.p99Ms, locale);
    case 'upstreams': {
      const { items } = checks.upstreams;
      return of(items.filter((item) => item.status === 'up').length, items.length);
    }
    case 'database':
    case 'redis':
      // How long a failed attempt took says nothing.
      return checks[name].status === 'down' ? null : formatMilliseconds(checks[name].tookMs, locale);
    case 'mail':
      return null;
  }
}
