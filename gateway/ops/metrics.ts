/** What the gateway counts about itself, for Prometheus. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { Outcome } from '../db/json-columns.ts';

/** Told by the proxy what happens to requests. Each call costs well under a microsecond. */
export interface GatewayMetrics {
  /** A metered request has been taken in; every `opened` is followed by one `closed`. */
  opened(): void;
  closed(): void;
  /** A request that reached an upstream is settled. Times in milliseconds; `firstByteMs` is null when no byte came. */
  requestSettled(settled: {
    outcome: Outcome;
    durationMs: number;
    firstByteMs: number | null;
    chargedTokens: number;
  }): void;
  /** A request was refused; `code` is one of ours, never a client's text. */
  requestRefused(code: string): void;
  /** An upstream gave no answer to a request; `isPassedOn`: another one is asked. */
  upstreamFailed(upstreamId: string, kind: string, isPassedOn: boolean): void;
  /** So many old usage records were deleted. */
  recordsDeleted(records: number): void;
}

/** What is known of an upstream at a scrape. */
export interface UpstreamFigure {
  readonly id: string;
  /** False while it rests after failures. */
  readonly isServing: boolean;
}

/** Figures that the database knows, asked for at each scrape. */
export interface UserFigures {
  /** Number of users by status. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Mean of the tokens charged in this period, over users that are not deleted. */
  readonly averageTokens: number;
}

export interface MetricsRegistry extends GatewayMetrics {
  readonly contentType: string;
  /** The text of a scrape. */
  render(users: UserFigures, upstreams: readonly UpstreamFigure[]): Promise<string>;
}

/** Seconds. From a quota reply to a long reasoning answer. */
const DURATION_BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const FIRST_BYTE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Metrics in a registry of their own, so that two gateways in one process do not add up. */
export function createMetrics(): MetricsRegistry {
  const registry = new Registry();
  const registers = [registry];
  const users = new Gauge({
    name: 'ia_solaris_users_total',
    help: 'Users by status',
    labelNames: ['status'],
    registers,
  });
  const average = new Gauge({
    name: 'ia_solaris_tokens_average_per_user',
    help: 'Tokens charged in this period, mean over users',
    registers,
  });
  const tokens = new Counter({
    name: 'ia_solaris_tokens_used_total',
    help: 'Tokens charged since the start of this process',
    registers,
  });
  const requests = new Counter({
    name: 'ia_solaris_requests_total',
    help: 'Requests that reached an upstream, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const refusals = new Counter({
    name: 'ia_solaris_refusals_total',
    help: 'Refused requests, by code',
    labelNames: ['code'],
    registers,
  });
  const duration = new Histogram({
    name: 'ia_solaris_request_duration_seconds',
    help: 'Time from request to last byte',
    buckets: DURATION_BUCKETS,
    registers,
  });
  const firstByte = new Histogram({
    name: 'ia_solaris_first_byte_seconds',
    help: 'Time from request to first byte of the answer',
    buckets: FIRST_BYTE_BUCKETS,
    registers,
  });
  const open = new Gauge({ name: 'ia_solaris_open_requests', help: 'Requests in flight', registers });
  const failures = new Counter({
    name: 'ia_solaris_upstream_failures_total',
    help: 'Calls that an upstream did not answer, by reason',
    labelNames: ['upstream', 'reason'],
    registers,
  });
  const failovers = new Counter({
    name: 'ia_solaris_failovers_total',
    help: 'Requests that were passed on from this upstream to the next',
    labelNames: ['upstream'],
    registers,
  });
  const deleted = new Counter({
    name: 'ia_solaris_usage_records_deleted_total',
    help: 'Usage records that were older than they are kept',
    registers,
  });
  const serving = new Gauge({
    name: 'ia_solaris_upstream_serving',
    help: '1 while an upstream is sent requests, 0 while it rests after failures',
    labelNames: ['upstream'],
    registers,
  });
  let collectsProcess = false;

  return {
    contentType: registry.contentType,
    opened: () => open.inc(),
    closed: () => open.dec(),
    requestSettled({ outcome, durationMs, firstByteMs, chargedTokens }) {
      requests.inc({ outcome });
      if (chargedTokens > 0) tokens.inc(chargedTokens);
      duration.observe(durationMs / 1_000);
      if (firstByteMs !== null) firstByte.observe(firstByteMs / 1_000);
    },
    requestRefused: (code) => refusals.inc({ code }),
    upstreamFailed(upstream, reason, isPassedOn) {
      failures.inc({ upstream, reason });
      if (isPassedOn) failovers.inc({ upstream });
    },
    recordsDeleted: (records) => deleted.inc(records),
    render({ byStatus, averageTokens }, upstreams) {
      // From the first scrape on: these watch the event loop with timers, which nobody else needs.
      if (!collectsProcess) collectDefaultMetrics({ register: registry });
      collectsProcess = true;
      users.reset();
      for (const [status, count] of Object.entries(byStatus)) users.set({ status }, count);
      average.set(averageTokens);
      serving.reset();
      for (const { id, isServing } of upstreams) serving.set({ upstream: id }, isServing ? 1 : 0);
      return registry.metrics();
    },
  };
}
