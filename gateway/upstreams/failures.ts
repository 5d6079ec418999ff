/** Pure: which answers and errors mean that another upstream should be asked, and what they say of this one. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Failure, FailureKind } from './health-board.ts';

const REACHING = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;
const TIMES_OUT = /^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/;
const CERTIFICATE = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|EPROTO/;

/** What a call that got no answer tells; `error` is the connection's, or wraps it as its cause. */
export function failedCall(error: unknown): Failure {
  return { kind: kindOf(codeOf(error)), statusCode: null, waitMs: null };
}

/** What an answer's status tells; null when it speaks of the request and not of the upstream. */
export function failedAnswer(statusCode: number, headers: IncomingHttpHeaders, now: number): Failure | null {
  const kind = kindOfStatus(statusCode);
  return kind && { kind, statusCode, waitMs: askedWait(headers, now) };
}

/**
 * Whether an answer of 402 speaks of the request all the same: OpenRouter refuses those whose longest answer costs more
 * than what is left, and would answer others.
 */
export function asksForLess(body: Buffer): boolean {
  return /fewer max_tokens|can only afford/i.test(body.toString('utf8'));
}

function kindOf(code: string): FailureKind {
  if (REACHING.test(code)) return 'unreachable';
  if (TIMES_OUT.test(code)) return 'timeout';
  return CERTIFICATE.test(code) ? 'certificate' : 'broke';
}

function kindOfStatus(statusCode: number): FailureKind | null {
  if (statusCode >= 300 && statusCode < 400) return 'redirect';
  if (statusCode >= 500) return 'server_error';
  switch (statusCode) {
    case 401:
      return 'credentials';
    case 402:
      return 'unfunded';
    case 408:
      return 'timeout';
    case 429:
      return 'rate_limited';
    default:
      return null;
  }
}

/** `retry-after`, in seconds or as a date, and OpenAI's finer `retry-after-ms`. */
function askedWait(headers: IncomingHttpHeaders, now: number): number | null {
  const milliseconds = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (milliseconds > 0) return milliseconds;
  const text = headers['retry-after'];
  if (text === undefined) return null;
  const seconds = Number(text);
  const wait = Number.isNaN(seconds) ? Date.parse(text) - now : seconds * 1_000;
  return wait > 0 ? wait : null;
}

/** The code of an error, or of what caused it. */
function codeOf(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string' && !current.code.startsWith('FST_')) return current.code;
  }
  return '';
}
