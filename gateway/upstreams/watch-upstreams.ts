/**
 * Looks after upstreams beside all requests: whoever rests after failures is asked for its models, so that no user's
 * request has to find out; and where one can stand in for another, the silent ones are asked too.
 */
import type { GatewayContext } from '../context.ts';
import type { Agents, Reach } from './agents.ts';
import { failedAnswer, failedCall } from './failures.ts';
import type { Failure } from './health-board.ts';
import type { Keyed } from './kinds.ts';
import { askForModels } from './model-list.ts';

export interface WatchedUpstream extends Keyed, Reach {
  readonly id: string;
  readonly origin: string;
  readonly pathPrefix: string;
}

export interface UpstreamWatch {
  /** One round, as the timer makes it. */
  look(): Promise<void>;
  stop(): void;
}

const TIMEOUT_MS = 10_000;
const SECOND_MS = 1_000;

/** @param upstreams those that are in use */
export function watchUpstreams(
  context: GatewayContext,
  upstreams: () => Promise<readonly WatchedUpstream[]>,
  agents: Agents,
): UpstreamWatch {
  const { clock, log, settings, upstreamHealth: health } = context;
  let isStopped = false;
  let timer: NodeJS.Timeout | null = null;

  const everyMs = (): number => settings.current().upstreamCheckSeconds * SECOND_MS;
  const isDue = ({ id }: WatchedUpstream, hasOthers: boolean): boolean => {
    const { state, lastAnswerAt } = health.report(id);
    if (state !== 'closed') return true;
    return hasOthers && (lastAnswerAt === null || clock.now() - lastAnswerAt >= everyMs());
  };

  const look = async (): Promise<void> => {
    const all = (await upstreams()).filter(({ kind }) => kind !== 'demo');
    const due = all.filter((upstream) => isDue(upstream, all.length > 1));
    await Promise.all(
      due.map(async (upstream) => {
        const failure = await failureOf(upstream);
        health.checked(upstream.id, failure);
        if (failure) log.debug({ upstreamId: upstream.id, ...failure }, 'An upstream does not list its models');
      }),
    );
  };

  const failureOf = async (upstream: WatchedUpstream): Promise<Failure | null> => {
    const target = { ...upstream, baseUrl: `${upstream.origin}${upstream.pathPrefix}` };
    try {
      const { status, headers, body } = await askForModels(target, TIMEOUT_MS, agents.of(upstream));
      await body?.cancel();
      return failedAnswer(status, Object.fromEntries(headers), clock.now());
    } catch (error) {
      const isTimeout = error instanceof Error && error.name === 'TimeoutError';
      return isTimeout ? { kind: 'timeout', statusCode: null, waitMs: null } : failedCall(error);
    }
  };

  const wait = (): void => {
    if (isStopped) return;
    const next = everyMs();
    // Switched off: look again whether it still is.
    timer = setTimeout(next === 0 ? wait : run, next === 0 ? 60 * SECOND_MS : next).unref();
  };
  const run = (): void => {
    look()
      .catch((err: unknown) => log.warn({ err }, 'The upstreams could not be looked after'))
      .finally(wait);
  };
  wait();

  return {
    look,
    stop() {
      isStopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}
