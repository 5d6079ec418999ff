/** Asks how the gateway is, of the page's own origin. */
import type { Health } from '../../../gateway/contract/health.ts';

export type HealthAnswer =
  | { kind: 'report'; report: Health }
  /** Only a sign of life: the figures are for the gateway's own machine. */
  | { kind: 'alive'; version: string }
  | { kind: 'unreachable'; cause: string };

const TIMEOUT_MS = 5_000;

/** Never rejects: not being reached is an answer too. */
export async function fetchHealth(): Promise<HealthAnswer> {
  try {
    const detailed = await get('/health/detailed');
    if (has(detailed.body, 'checks')) return { kind: 'report', report: detailed.body as unknown as Health };
    const isGuarded = detailed.status === 401 || detailed.status === 403;
    const plain = isGuarded ? await get('/health') : detailed;
    if (has(plain.body, 'version')) return { kind: 'alive', version: String(plain.body.version) };
    return { kind: 'unreachable', cause: describe(plain) };
  } catch (error) {
    return { kind: 'unreachable', cause: error instanceof Error ? error.message : String(error) };
  }
}

interface Answer {
  status: number;
  body: unknown;
}

async function get(path: string): Promise<Answer> {
  const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, body: isJson ? await response.json() : null };
}

function has<K extends string>(body: unknown, key: K): body is Record<K, unknown> {
  return typeof body === 'object' && body !== null && key in body;
}

/** What to show to somebody who looks for the cause. */
function describe({ status, body }: Answer): string {
  const error = has(body, 'error') ? body.error : null;
  return has(error, 'message') ? `HTTP ${status}: ${String(error.message)}` : `HTTP ${status}`;
}
