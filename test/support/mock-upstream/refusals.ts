/** Answers that are no completion, as providers word them. */
import type { JsonObject } from './chat-ask.ts';
import type { Refusal } from './knobs.ts';

/** The body and content type of a refusal; `own` is what its wire would say. */
export function refusalBody(refusal: Refusal, own?: object): { body: string; contentType: string } {
  const contentType = refusal.contentType;
  if (typeof refusal.body === 'string') return { body: refusal.body, contentType: contentType ?? 'text/html' };
  const content = refusal.body ??
    own ?? {
      error: {
        message: refusal.message ?? 'The server had an error while processing your request.',
        type: refusal.type ?? (refusal.status >= 500 ? 'server_error' : 'invalid_request_error'),
        param: refusal.param ?? null,
        code: refusal.code ?? null,
      },
    };
  return { body: JSON.stringify(content), contentType: contentType ?? 'application/json' };
}

/** 429 of the provider itself; without seconds it has no `retry-after`. */
export function rateLimited(retryAfterSeconds?: number): Refusal {
  return {
    status: 429,
    message: 'Rate limit reached for gpt-4o-mini in organization mock on tokens per min (TPM): Limit 200000.',
    type: 'tokens',
    code: 'rate_limit_exceeded',
    ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
  };
}

/** 429 because the operator's own account at the provider is empty. */
export function providerQuota(): Refusal {
  return {
    status: 429,
    message: 'You exceeded your current quota, please check your plan and billing details.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  };
}

export function contextTooLong(): Refusal {
  return {
    status: 400,
    message:
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130011 tokens. " +
      'Please reduce the length of the messages.',
    param: 'messages',
    code: 'context_length_exceeded',
  };
}

/** The page of a proxy in front of the provider. */
export function htmlError(status: number): Refusal {
  return { status, body: `<html><head><title>${status}</title></head><body><center>nginx</center></body></html>` };
}

export function emptyError(status: number): Refusal {
  return { status, body: '' };
}

export function redirect(location: string, status = 307): Refusal {
  return { status, body: '', headers: { location } };
}

/** What a server says to a request field that it does not know; null when it knows them all. */
export function fieldRefusal(body: JsonObject, fields: readonly string[]): Refusal | null {
  const present = fields.find((field) => field in body);
  if (present === undefined) return null;
  return {
    status: 400,
    message: `Unrecognized request argument supplied: ${present}`,
    param: present,
    code: 'unknown_parameter',
  };
}
