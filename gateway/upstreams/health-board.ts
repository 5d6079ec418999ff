/**
 * What this gateway knows of its upstreams from the requests that it sends: who answers, who rests. In memory, because
 * every gateway sees the network from its own place; forgotten when upstreams are edited, so that a repair counts at once.
 */

import type { EventBus } from '../events/event-bus.ts';
import type { Clock } from '../ops/clock.ts';
import { createRemembered, type Remembered } from '../ops/remembered.ts';
import { Circuit, type CircuitState } from './circuit.ts';

/** Why an upstream gave no answer. The first five concern all of its models, the others the one that was asked for. */
export type FailureKind =
  | 'unreachable'
  | 'certificate'
  | 'credentials'
  | 'unfunded'
  | 'redirect'
  | 'timeout'
  | 'broke'
  | 'rate_limited'
  | 'server_error';

export interface Failure {
  readonly kind: FailureKind;
  /** Null when there was no answer at all. */
  readonly statusCode: number | null;
  /** How long the upstream asks us to wait. */
  readonly waitMs: number | null;
}

export interface UpstreamReport {
  readonly state: CircuitState;
  /** When it is tried again; null while it answers. */
  readonly retryAt: number | null;
  /** Models that rest although the upstream itself does not. */
  readonly restingModels: string[];
  readonly lastAnswerAt: number | null;
  readonly lastFailure: { readonly kind: FailureKind; readonly statusCode: number | null; readonly at: number } | null;
  /** Since the start or the last edit. */
  readonly failures: number;
}

export interface HealthBoard {
  /** Whether a request for the model would be sent there now. */
  admits(upstreamId: string, model: string): boolean;
  /** Right before sending. False: another request is just trying whether it works again. */
  take(upstreamId: string, model: string): boolean;
  /** An answer begins. */
  answered(upstreamId: string, model: string): void;
  /** A whole answer was given. */
  completed(upstreamId: string, model: string): void;
  failed(upstreamId: string, model: string, failure: Failure): void;
  /** A look at the upstream beside all requests: null when it seems to work. */
  checked(upstreamId: string, failure: Failure | null): void;
  report(upstreamId: string): UpstreamReport;
}

const OF_ALL_MODELS: ReadonlySet<FailureKind> = new Set([
  'unreachable',
  'certificate',
  'credentials',
  'unfunded',
  'redirect',
]);
/** Say by themselves that the next request fails too. */
const AT_ONCE: ReadonlySet<FailureKind> = new Set([
  'certificate',
  'credentials',
  'unfunded',
  'redirect',
  'rate_limited',
]);
const REMEMBERED_MODELS = 200;

interface Entry {
  readonly whole: Circuit;
  readonly models: Remembered<Circuit>;
  lastAnswerAt: number | null;
  lastFailure: UpstreamReport['lastFailure'];
  failures: number;
}

export function createHealthBoard(clock: Clock, events: Pick<EventBus, 'on'>): HealthBoard {
  const entries = new Map<string, Entry>();
  events.on(['upstreams_changed'], () => entries.clear());

  const entryOf = (upstreamId: string): Entry => {
    let entry = entries.get(upstreamId);
    if (!entry) {
      const models = createRemembered<Circuit>(REMEMBERED_MODELS);
      entry = { whole: new Circuit(), models, lastAnswerAt: null, lastFailure: null, failures: 0 };
      entries.set(upstreamId, entry);
    }
    return entry;
  };
  const note = (entry: Entry, { kind, statusCode }: Failure): void => {
    entry.failures++;
    entry.lastFailure = { kind, statusCode, at: clock.now() };
  };

  return {
    admits(upstreamId, model) {
      const entry = entries.get(upstreamId);
      if (!entry) return true;
      const now = clock.now();
      return entry.whole.admits(now) && (entry.models.get(model)?.admits(now) ?? true);
    },
    take(upstreamId, model) {
      const entry = entries.get(upstreamId);
      if (!entry) return true;
      const now = clock.now();
      const ofModel = entry.models.get(model);
      if (ofModel && !ofModel.admits(now)) return false;
      return entry.whole.take(now) && (ofModel?.take(now) ?? true);
    },
    answered(upstreamId, model) {
      const entry = entries.get(upstreamId);
      if (!entry) return;
      entry.whole.answered();
      entry.models.get(model)?.answered();
    },
    completed(upstreamId, model) {
      const entry = entryOf(upstreamId);
      entry.lastAnswerAt = clock.now();
      entry.whole.completed();
      if (entry.models.size > 0) entry.models.delete(model);
    },
    failed(upstreamId, model, failure) {
      const entry = entryOf(upstreamId);
      note(entry, failure);
      let circuit = entry.whole;
      if (!OF_ALL_MODELS.has(failure.kind)) {
        circuit = entry.models.get(model) ?? new Circuit();
        entry.models.set(model, circuit);
      }
      circuit.failed(clock.now(), AT_ONCE.has(failure.kind), failure.waitMs);
    },
    checked(upstreamId, failure) {
      const entry = entryOf(upstreamId);
      if (!failure) return entry.whole.endRest(clock.now());
      note(entry, failure);
      entry.whole.failed(clock.now(), AT_ONCE.has(failure.kind), failure.waitMs);
    },
    report(upstreamId) {
      const entry = entries.get(upstreamId);
      const now = clock.now();
      const whole = entry?.whole;
      return {
        state: whole?.state(now) ?? 'closed',
        retryAt: whole?.restsUntil ?? null,
        restingModels: [...(entry?.models.entries() ?? [])]
          .filter(([, circuit]) => circuit.state(now) !== 'closed')
          .map(([model]) => model),
        lastAnswerAt: entry?.lastAnswerAt ?? null,
        lastFailure: entry?.lastFailure ?? null,
        failures: entry?.failures ?? 0,
      };
    },
  };
}
