/** Calls of the gateway's public API, as anybody's script could make them. */
import type { ErrorBody } from '../../../gateway/contract/common.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`; takes the time that it takes. */
  readonly file?: Blob;
  readonly signal?: AbortSignal | undefined;
  /** Makes a repeated call count once; keep it while the same intention is tried again. */
  readonly idempotencyKey?: string;
}

/** What a refusal tells beyond its code and sentence. */
interface FailureDetails {
  readonly field?: string | null;
  /** Which case of its code it is. */
  readonly rule?: string | null;
  /** What its sentence names. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** Seconds after which it may be tried again, where the gateway said so. */
  readonly retryAfterSeconds?: number | null;
}

/** The gateway said no. `code` is for programs, `field` the input at fault. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly rule: string | null;
  readonly values: Readonly<Record<string, string | number>>;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, code: string, message: string, details: FailureDetails = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = details.field ?? null;
    this.rule = details.rule ?? null;
    this.values = details.values ?? {};
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

/** Nobody answered. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';
}

/** Whether the same call may well succeed a little later: nobody answered, too many asked, or the gateway failed. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof NetworkFailure || (error instanceof ApiFailure && (error.status === 429 || error.status >= 500))
  );
}

const TIMEOUT_MS = 20_000;
const FILE_TIMEOUT_MS = 3_600_000;

/** @throws ApiFailure, NetworkFailure; an AbortError when `signal` fires */
export async function send(path: string, call: Call, token: string | null): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  if (call.file) headers['content-type'] = 'application/octet-stream';
  else if (call.body !== undefined) headers['content-type'] = 'application/json';
  if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey;
  const timeout = AbortSignal.timeout(call.file ? FILE_TIMEOUT_MS : TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(path + queryOf(call.query), {
      method: call.method ?? 'GET',
      headers,
      body: call.file ?? (call.body === undefined ? null : JSON.stringify(call.body)),
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
      cache: 'no-store',
      credentials: 'same-origin',
    });
  } catch (error) {
    if (call.signal?.aborted) throw error;
    throw new NetworkFailure(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (!response.ok) throw await failureOf(response);
  return response;
}

/** The answer's JSON; null for an answer without a body. */
export async function jsonOf<T>(response: Response): Promise<T> {
  return (response.status === 204 ? null : await response.json()) as T;
}

function queryOf(query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined || value === '') continue;
    if (Array.isArray(value)) for (const item of value) params.append(name, item);
    else params.append(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null;
  const { code = 'unreadable', message = `HTTP ${response.status}`, ...details } = body?.error ?? {};
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : null;
  return new ApiFailure(response.status, code, message, { ...details, retryAfterSeconds });
}
