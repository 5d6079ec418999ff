/** OpenAI's error shape, which most OpenAI-compatible clients expect. */
import type { JsonObject, Refusal } from './dialect.ts';

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'invalid_request_error',
  429: 'rate_limit_error',
  502: 'upstream_error',
  503: 'service_unavailable',
  504: 'upstream_error',
};

export function openAiErrorBody(refusal: Refusal): JsonObject {
  const { statusCode, code, param = null, extra = {} } = refusal;
  const message = toldWithHint(refusal);
  const type =
    code === 'insufficient_quota'
      ? 'insufficient_quota'
      : (TYPES[statusCode] ?? (statusCode >= 500 ? 'api_error' : 'invalid_request_error'));
  return { error: { message, type, param, code }, ...extra };
}

/** Clients show nothing but the message, so the hint is a part of it. */
export function toldWithHint({ message, hint }: Refusal): string {
  return hint ? `${message} ${JSON.stringify(hint)}` : message;
}
