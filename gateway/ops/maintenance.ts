/** Why metered requests are not let through for a while, and what their senders are told. */
import type { GatewayContext } from '../context.ts';
import { dateFormat } from '../contract/formatters.ts';

/** What is being done to the data itself. */
export type DataWork = 'move' | 'restore';

/**
 * A state in which nothing is metered and nothing is changed: while the data changes places, two books at once could not
 * both be right. Requests get a 503 that says so, and are welcome again soon.
 */
export interface Maintenance {
  /** Null when nothing is being done. */
  work(): DataWork | null;
  begin(work: DataWork): void;
  end(): void;
}

export function createMaintenance(): Maintenance {
  let current: DataWork | null = null;
  return {
    work: () => current,
    begin(work) {
      current = work;
    },
    end() {
      current = null;
    },
  };
}

/** A pause of the metered routes. */
export interface Pause {
  /** `data`: it changes places, so that keys cannot be looked up either. `service`: operators work on something. */
  readonly of: 'data' | 'service';
  /** One line without braces, in the language of the settings, else in the operator's own words. */
  readonly message: string;
  readonly retryAfterSeconds: number;
}

const DATA_RETRY_SECONDS = 10;
const SERVICE_RETRY_SECONDS = 60;
/** Nobody is sent away for longer: maintenance may end earlier than was thought. */
const LONGEST_RETRY_SECONDS = 3_600;

const WORDS = {
  en: {
    move: 'The data is moving to another database.',
    restore: 'A backup is being restored.',
    shortly: 'No request is let through until it is done. Please try again shortly.',
    service: 'The gateway is in maintenance for a moment. Please try again in a few minutes.',
    until: (at: string) => `The gateway is in maintenance, probably until ${at}. Please try again then.`,
  },
  'pt-BR': {
    move: 'Os dados estão indo para outro banco de dados.',
    restore: 'Um backup está sendo restaurado.',
    shortly: 'Nenhuma requisição passa até terminar. Tente de novo em instantes.',
    service: 'O gateway está em manutenção. Tente de novo em alguns minutos.',
    until: (at: string) => `O gateway está em manutenção, provavelmente até ${at}. Tente de novo depois.`,
  },
} as const;

/** The pause that holds now; null when requests are let through. What is done to the data counts before all else. */
export function currentPause({
  maintenance,
  settings,
  clock,
}: Pick<GatewayContext, 'maintenance' | 'settings' | 'clock'>): Pause | null {
  const { maintenance: asked, locale, timeZone } = settings.current();
  const words = WORDS[locale];
  const work = maintenance.work();
  if (work !== null) {
    return { of: 'data', message: `${words[work]} ${words.shortly}`, retryAfterSeconds: DATA_RETRY_SECONDS };
  }
  if (!asked.on) return null;
  const leftMs = (expectedEnd(asked.until) ?? 0) - clock.now();
  if (leftMs <= 0) {
    return { of: 'service', message: asked.message ?? words.service, retryAfterSeconds: SERVICE_RETRY_SECONDS };
  }
  const at = dateFormat(locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  }).format(clock.now() + leftMs);
  return {
    of: 'service',
    message: asked.message ?? words.until(`${at} (${timeZone})`),
    retryAfterSeconds: Math.min(Math.ceil(leftMs / 1000), LONGEST_RETRY_SECONDS),
  };
}

/** Epoch milliseconds of the setting `maintenance.until`. */
export function expectedEnd(until: string | null): number | null {
  return until === null ? null : Date.parse(until);
}
