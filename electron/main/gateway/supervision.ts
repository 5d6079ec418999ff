/**
 * What to do when the gateway answers, refuses, ends or falls silent. Pure: `next` takes what is and what happened, and
 * says what is then and what is to be done. `supervisor.ts` does it.
 */
import type { GatewayProblem } from '../../contract.ts';

/** Why it does not run, before it is put into words. */
export interface Failure {
  readonly kind: GatewayProblem['kind'];
  readonly detail: string;
  /** What the words need: the port, the address in the way. */
  readonly port?: number;
  readonly owner?: string | null;
}

export interface Supervision {
  readonly phase: 'stopped' | 'starting' | 'running' | 'restarting' | 'failed' | 'stopping';
  readonly host: 'app' | 'headless';
  readonly address: string | null;
  readonly failure: Failure | null;
  /** Ends in a row, without a steady while between them. */
  readonly ends: number;
  /** When it answered last, in epoch milliseconds. */
  readonly readyAt: number;
  /** Health checks in a row without an answer. */
  readonly silences: number;
}

export type Happening =
  | { kind: 'start' }
  | { kind: 'ready'; url: string }
  | { kind: 'refused'; failure: Failure }
  /** A gateway that was started without the app has proved itself. */
  | { kind: 'attached'; url: string }
  /** It has not, or is not there any more. */
  | { kind: 'unattached'; failure: Failure }
  | { kind: 'ended'; detail: string }
  | { kind: 'healthy' }
  | { kind: 'silent' }
  /** The time that `later` asked for is over. */
  | { kind: 'due' }
  /** A person asks. */
  | { kind: 'retry' }
  | { kind: 'stop' };

export type Deed =
  | { kind: 'spawn' }
  /** Try the gateway that has the data directory. */
  | { kind: 'attach'; failure: Failure }
  | { kind: 'later'; ms: number }
  | { kind: 'kill' }
  | { kind: 'drain' }
  | { kind: 'tell'; news: 'crashed' | 'recovered' | 'failed' };

export interface Step {
  readonly state: Supervision;
  readonly deeds: readonly Deed[];
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** After so many ends in a row it counts as failed, and is tried at the slow pace. */
const MOST_ENDS = 5;
/** After running so long an end is no longer one of the same row. */
const STEADY_MS = 60_000;
/** A port or a disk may be free again without anybody saying so. */
const SLOW_RETRY_MS = 60_000;
/** Who has the data directory may be starting or stopping just now. */
const IN_USE_RETRY_MS = 2_000;
/** Whoever restarts the headless gateway shall find its data directory free. */
const HEADLESS_RESTART_MS = 15_000;
const MOST_SILENCES = 3;

export const IDLE: Supervision = {
  phase: 'stopped',
  host: 'app',
  address: null,
  failure: null,
  ends: 0,
  readyAt: 0,
  silences: 0,
};

/** @param now epoch milliseconds */
export function next(state: Supervision, happening: Happening, now: number): Step {
  if (state.phase === 'stopping') return happening.kind === 'ended' ? { state: IDLE, deeds: [] } : still(state);
  switch (happening.kind) {
    case 'start':
      return state.phase === 'stopped' ? { state: starting(state), deeds: [{ kind: 'spawn' }] } : still(state);
    case 'ready':
      return running(state, 'app', happening.url, now);
    case 'attached':
      return running(state, 'headless', happening.url, now);
    case 'refused':
      return happening.failure.kind === 'in_use'
        ? { state, deeds: [{ kind: 'attach', failure: happening.failure }] }
        : failed(state, happening.failure);
    case 'unattached':
      return failed(state, happening.failure);
    case 'ended':
      return ended(state, happening.detail, now);
    case 'healthy':
      return still(state.silences === 0 ? state : { ...state, silences: 0 });
    case 'silent':
      return silent(state);
    case 'due':
    case 'retry':
      return again(state, happening.kind);
    case 'stop':
      return stop(state);
  }
}

function running(state: Supervision, host: Supervision['host'], address: string, now: number): Step {
  if (state.phase === 'stopped') return still(state);
  const wasTold = state.failure !== null;
  return {
    state: { ...state, phase: 'running', host, address, failure: null, readyAt: now, silences: 0 },
    deeds: wasTold ? [{ kind: 'tell', news: 'recovered' }] : [],
  };
}

/** What it says itself is no crash: trying at once would give the same answer. */
function failed(state: Supervision, failure: Failure): Step {
  const isNews = state.failure?.kind !== failure.kind;
  const ms = failure.kind === 'in_use' ? IN_USE_RETRY_MS : SLOW_RETRY_MS;
  return {
    state: { ...state, phase: 'failed', address: null, failure, ends: 0 },
    deeds: [{ kind: 'later', ms }, ...(isNews ? [{ kind: 'tell', news: 'failed' } as const] : [])],
  };
}

function ended(state: Supervision, detail: string, now: number): Step {
  const isOurs = state.host === 'app' && (state.phase === 'running' || state.phase === 'starting');
  if (!isOurs) return still(state);
  const wasSteady = state.phase === 'running' && now - state.readyAt >= STEADY_MS;
  const ends = (wasSteady ? 0 : state.ends) + 1;
  const down = { ...state, address: null, ends, silences: 0, failure: { kind: 'crashed', detail } as const };
  if (ends >= MOST_ENDS) {
    return {
      state: { ...down, phase: 'failed' },
      deeds: [
        { kind: 'later', ms: SLOW_RETRY_MS },
        { kind: 'tell', news: 'failed' },
      ],
    };
  }
  const ms = Math.min(FIRST_WAIT_MS * 2 ** (ends - 1), LONGEST_WAIT_MS);
  return {
    state: { ...down, phase: 'restarting' },
    deeds: [{ kind: 'later', ms }, ...(ends === 1 ? [{ kind: 'tell', news: 'crashed' } as const] : [])],
  };
}

/** The headless gateway is gone; the app takes over unless it comes back first. */
function leftAlone(state: Supervision): Step {
  return {
    state: { ...state, phase: 'restarting', host: 'app', address: null, silences: 0 },
    deeds: [{ kind: 'later', ms: HEADLESS_RESTART_MS }],
  };
}

function silent(state: Supervision): Step {
  if (state.phase !== 'running') return still(state);
  const silences = state.silences + 1;
  if (silences < MOST_SILENCES) return still({ ...state, silences });
  // Its own process is ended, which leads to `ended`; another's is left alone.
  return state.host === 'headless' ? leftAlone(state) : { state: { ...state, silences: 0 }, deeds: [{ kind: 'kill' }] };
}

function again(state: Supervision, by: 'due' | 'retry'): Step {
  if (state.phase !== 'failed' && state.phase !== 'restarting') return still(state);
  const ends = by === 'retry' ? 0 : Math.min(state.ends, MOST_ENDS - 1);
  return { state: { ...starting(state), ends }, deeds: [{ kind: 'spawn' }] };
}

function stop(state: Supervision): Step {
  const hasOwn = state.host === 'app' && (state.phase === 'running' || state.phase === 'starting');
  if (!hasOwn) return { state: IDLE, deeds: [] };
  return { state: { ...state, phase: 'stopping', address: null, failure: null }, deeds: [{ kind: 'drain' }] };
}

/** The failure stays known until it answers, so that the same one is not told twice. */
function starting(state: Supervision): Supervision {
  return { ...state, phase: 'starting', host: 'app', address: null, silences: 0 };
}

function still(state: Supervision): Step {
  return { state, deeds: [] };
}
