/** What every capability of the gateway is given: dependencies made once, at the composition in `gateway.ts`. */
import type { FastifyBaseLogger } from 'fastify';
import type { AuditWriter } from './audit/audit-writer.ts';
import type { SecretBox } from './config/secret-box.ts';
import type { SettingsStore } from './config/settings-store.ts';
import type { Database } from './db/database.ts';
import type { EventBus } from './events/event-bus.ts';
import type { Jobs } from './jobs/service.ts';
import type { Calendar } from './ledger/periods.ts';
import type { RateLimits } from './limits/rate-limits.ts';
import type { Mail } from './mail/mail.ts';
import type { Clock } from './ops/clock.ts';
import type { Maintenance } from './ops/maintenance.ts';
import type { MetricsRegistry } from './ops/metrics.ts';
import type { HealthBoard } from './upstreams/health-board.ts';

export interface GatewayContext {
  readonly version: string;
  /** Id of this process, the owner of its holds. */
  readonly gatewayId: string;
  /** Shared with whoever can read the data directory: 64 hexadecimal digits. Null where nothing listens. */
  readonly localSecret: string | null;
  /** Where the database, secrets and logs lie. */
  readonly dataDir: string;
  readonly db: Database;
  readonly clock: Clock;
  readonly settings: SettingsStore;
  readonly secrets: SecretBox;
  readonly audit: AuditWriter;
  readonly events: EventBus;
  /** The outbox: everything that is written to people goes through it. */
  readonly mail: Mail;
  readonly metrics: MetricsRegistry;
  /** Long pieces of work. */
  readonly jobs: Jobs;
  readonly maintenance: Maintenance;
  /** How often somebody may call. */
  readonly limits: RateLimits;
  /** Asks the host to start the gateway anew. @returns whether this host can; else a person must */
  restart(): boolean;
  /** Whether `restart` does anything. */
  readonly canRestart: boolean;
  readonly upstreamHealth: HealthBoard;
  readonly log: FastifyBaseLogger;
  /** Months and days of the configured time zone; a new one after the setting changes. */
  calendar(): Calendar;
}
