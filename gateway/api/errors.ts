/** The one place where a failed API call gets its answer. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { SecretLostError } from '../config/secret-box.ts';
import type { ErrorBody } from '../contract/common.ts';
import { databaseErrorKind } from '../db/errors.ts';
import { ApiError, type RefusalDetails, RetryLaterError } from '../ops/api-error.ts';
import { brokenRule } from './input-rules.ts';
import { inputSentence } from './input-sentences.ts';

/** Codes and sentences for what Fastify refuses before a route sees it. */
const REFUSED_BY_SERVER: Record<number, { code: string; message: string }> = {
  400: { code: 'invalid_request', message: 'The request could not be read. Send valid JSON.' },
  403: { code: 'forbidden', message: 'This is not given out.' },
  404: { code: 'not_found', message: 'There is nothing here.' },
  405: { code: 'method_not_allowed', message: 'This method is not possible here.' },
  408: { code: 'timeout', message: 'The request took too long to arrive.' },
  413: { code: 'too_large', message: 'The request is too large.' },
  415: { code: 'unsupported_media_type', message: 'Send the body as application/json.' },
};

/** Error handler of the API's scope. Only expected errors say what happened; all others are told to the log alone. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode, body } = describe(error, request);
  if (error instanceof RetryLaterError) reply.header('retry-after', error.retryAfterSeconds);
  if (statusCode === 503) reply.header('retry-after', 5);
  if (statusCode >= 500) request.log.error({ err: error }, 'API call failed');
  reply
    .code(statusCode)
    .headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    // Past the response schemas: they list the good answers.
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
}

/** Answer to a path or method that does not exist. */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply): void {
  answerError(new ApiError(404, 'not_found', `There is no ${request.method} ${pathOf(request.url)}.`), request, reply);
}

/** Answer to a path that cannot be read. */
export function answerUnroutable(request: FastifyRequest, reply: FastifyReply): void {
  answerError(new ApiError(400, 'invalid_request', 'The path of the request cannot be read.'), request, reply);
}

function describe(error: unknown, request: FastifyRequest): { statusCode: number; body: ErrorBody } {
  if (error instanceof ApiError) {
    return answer(error.statusCode, error.code, error.message, error.field, error.details);
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation;
    if (!first) return answer(400, 'invalid_input', 'The input is not valid.');
    const details = brokenRule(first);
    const field = fieldOf(first.instancePath);
    const message = inputSentence(first, details);
    return answer(400, 'invalid_input', `${field ?? 'The input'}: ${message}`, field, details);
  }
  if (error instanceof SecretLostError) return answer(409, 'secret_lost', error.message);
  switch (databaseErrorKind(error)) {
    case 'unavailable':
      return answer(
        503,
        'database_unavailable',
        'The database cannot be used now. Nothing was changed. Try again soon.',
      );
    case 'unique':
      return answer(409, 'already_exists', 'Something with this name or id exists already.');
    case 'foreign_key':
      return answer(409, 'in_use', 'This belongs to something that does not exist, or is still in use.');
    default: {
      const refused = REFUSED_BY_SERVER[statusOf(error)];
      if (refused) return answer(statusOf(error), refused.code, refused.message);
      return answer(
        500,
        'internal_error',
        `Something went wrong. The log has the details under request ${request.id}.`,
      );
    }
  }
}

function answer(
  statusCode: number,
  code: string,
  message: string,
  field?: string,
  { rule, values }: RefusalDetails = {},
): { statusCode: number; body: ErrorBody } {
  const more = { ...(field === undefined ? {} : { field }), ...(rule === undefined ? {} : { rule }) };
  return { statusCode, body: { error: { code, message, ...more, ...(values === undefined ? {} : { values }) } } };
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500;
}

/** `/rateLimit/perMinute` → `rateLimit.perMinute`. */
function fieldOf(instancePath: string): string | undefined {
  return (
    instancePath
      .split('/')
      .filter((part) => part !== '')
      .join('.') || undefined
  );
}

function pathOf(url: string): string {
  return (url.split('?')[0] ?? url).slice(0, 200);
}
