/** Google's error shape: https://cloud.google.com/apis/design/errors */
import type { JsonObject, Refusal } from './dialect.ts';
import { toldWithHint } from './openai-error.ts';

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'INVALID_ARGUMENT',
  415: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

export function geminiErrorBody(refusal: Refusal): JsonObject {
  const { statusCode, code, hint, extra = {} } = refusal;
  const message = toldWithHint(refusal);
  const status = STATUSES[statusCode] ?? 'UNKNOWN';
  const reason = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code.toUpperCase(), domain: 'gateway' };
  // Google's older client shows the message, the newer one the whole body.
  const told = hint ? { code: hint.type, info: hint.info } : {};
  return { error: { code: statusCode, message, status, details: [reason] }, ...told, ...extra };
}

/** How an error is told in place of a stream: as an event, or as the array's only element. */
export function geminiErrorEvent(refusal: Refusal, contentType: string): string {
  const error = JSON.stringify(geminiErrorBody(refusal));
  return /^text\/event-stream\b/i.test(contentType) ? `data: ${error}\n\n` : `[${error}]`;
}
