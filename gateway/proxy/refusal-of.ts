/** Pure: what a client is told when something was thrown. */
import { databaseErrorKind } from '../db/errors.ts';
import { BadRequestError, type Refusal } from './dialects/dialect.ts';
import { RefusedError, refused, UNAVAILABLE } from './refusal.ts';

/** For faults of ours, which are logged and not told. */
export const INTERNAL: Refusal = {
  statusCode: 500,
  code: 'internal_error',
  message: 'The gateway failed to handle this request.',
};

/** The refusal behind an error; null when the error is a fault of ours. */
export function refusalOf(error: unknown): RefusedError | null {
  if (error instanceof RefusedError) return error;
  if (error instanceof BadRequestError) {
    return refused(
      error.statusCode,
      error.statusCode === 404 ? 'not_found' : 'invalid_request',
      error.message,
      error.param === undefined ? {} : { param: error.param },
    );
  }
  if (databaseErrorKind(error) === 'unavailable') return new RefusedError(UNAVAILABLE);
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  switch (status) {
    case 413:
      return refused(413, 'request_too_large', 'The body is larger than this gateway accepts.');
    case 415:
      return refused(415, 'unsupported_media_type', 'Send the body as application/json in UTF-8, not compressed.');
    case 400:
      return refused(400, 'invalid_request', error instanceof Error ? error.message : 'The request is not valid.');
    default:
      return null;
  }
}
