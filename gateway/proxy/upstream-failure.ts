/** Pure: what to tell a client whose upstream gave no answer. */
import type { Refusal } from './dialects/dialect.ts';

/** `error` is reply-from's, with the connection's own error as its cause. */
export function upstreamFailure(error: Error): Refusal {
  const code = codeOf(error.cause) ?? codeOf(error) ?? '';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') {
    return { statusCode: 504, code: 'upstream_timeout', message: 'The upstream did not answer in time.' };
  }
  if (
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code)
  ) {
    return {
      statusCode: 502,
      code: 'upstream_unreachable',
      message: 'The upstream cannot be reached. Please tell the administrator.',
    };
  }
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return {
      statusCode: 502,
      code: 'upstream_certificate',
      message: "The upstream's certificate is not trusted. Please tell the administrator.",
    };
  }
  return {
    statusCode: 502,
    code: 'upstream_broke',
    message: 'The connection to the upstream broke before it answered.',
  };
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
