/** Anthropic's error shape: https://docs.claude.com/en/api/errors */
import type { JsonObject, Refusal } from './dialect.ts';

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  415: 'invalid_request_error',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/** `code` is not Anthropic's own, but tells programs why. */
export function anthropicErrorBody({ statusCode, code, message, hint, extra = {} }: Refusal): JsonObject {
  const type = TYPES[statusCode] ?? (statusCode >= 500 ? 'api_error' : 'invalid_request_error');
  // Anthropic's client shows the whole body: LibreChat looks for a code and its text at the top.
  const told = hint ? { code: hint.type, info: hint.info } : {};
  return { type: 'error', error: { type, message, code }, ...told, ...extra };
}

/** How an error is told in the middle of a stream. */
export function anthropicErrorEvent(refusal: Refusal): string {
  return `event: error\ndata: ${JSON.stringify(anthropicErrorBody(refusal))}\n\n`;
}
