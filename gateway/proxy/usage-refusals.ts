/** Upstreams that refuse to be asked for the usage of a stream: noticed, believed, and in time asked again. */
import { isObject, parseJson } from './dialects/fields.ts';
import type { Exchange } from './exchange.ts';
import type { Route } from './upstream-directory.ts';

/** A server that was brought up to date meanwhile is found out by itself. */
const BELIEVED_MS = 3_600_000;

/** Whether the upstream took the request for this model without, and not with `stream_options`, within the last hour. */
export function refusesUsage({ target, startedAt }: Exchange, { upstream, model }: Route): boolean {
  if (upstream.usageRefusals.size === 0) return false;
  const until = upstream.usageRefusals.get(keyOf(upstream.kind, model, target)) ?? 0;
  // A clock that was set back must not make an hour of days.
  return startedAt < until && until - startedAt <= BELIEVED_MS;
}

/** To be called when the request was answered that no longer asked for its usage. */
export function rememberUsageRefusal({ target }: Exchange, { upstream, model }: Route, now: number): void {
  upstream.usageRefusals.set(keyOf(upstream.kind, model, target), now + BELIEVED_MS);
}

/** Whether an error may be about `stream_options`: it names no other field, and mentions this one. */
export function mayRefuseUsage(body: Buffer): boolean {
  if (!body.includes('stream_options')) return false;
  const answer = parseJson(body.toString('utf8'));
  const error = isObject(answer) && isObject(answer.error) ? answer.error : null;
  return typeof error?.param !== 'string' || error.param === '' || error.param.startsWith('stream_options');
}

/** What Azure's servers know depends on the version of its API that is asked for. */
function keyOf(kind: Route['upstream']['kind'], model: string, { query }: Exchange['target']): string {
  return kind === 'azure' ? `${model}\n${query['api-version'] ?? ''}` : model;
}
