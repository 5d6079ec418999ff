/** What else a refusal tells programs: which case of its code it is, and what its sentence names. */
export interface RefusalDetails {
  readonly rule?: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** An expected failure of an API call: becomes `{error:{code,message,field?,rule?,values?}}` with its status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly statusCode: number;
  /** Machine-readable, snake case. */
  readonly code: string;
  /** The input field at fault, as the client spells it. */
  readonly field: string | undefined;
  readonly details: RefusalDetails;

  constructor(statusCode: number, code: string, message: string, field?: string, details: RefusalDetails = {}) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
    this.field = field;
    this.details = details;
  }
}

/** Refused for now: the same call is welcome again after a while, which `retry-after` tells. */
export class RetryLaterError extends ApiError {
  readonly retryAfterSeconds: number;

  constructor(statusCode: number, code: string, message: string, waitMs: number) {
    super(statusCode, code, message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  }
}
