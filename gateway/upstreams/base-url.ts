/** Pure: which base URLs upstreams may have. */
import { ApiError } from '../ops/api-error.ts';

/** @returns the URL without a slash at the end. @throws ApiError 400 that names the field and says what is wrong */
export function readBaseUrl(text: string): string {
  if (!URL.canParse(text))
    throw refusal('no_url', 'This is not a URL. Write it in full, such as https://api.openai.com/v1.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refusal('url_scheme', 'The URL must begin with https:// or http://.');
  if (url.username !== '' || url.password !== '')
    throw refusal('url_key', 'Write the key into its own field, not into the URL.');
  if (url.search !== '' || url.hash !== '')
    throw refusal('url_end', 'The URL must end with its path; leave out what follows ? or #.');
  if (/\/(chat\/completions|completions|responses|embeddings|models|messages)\/*$/.test(url.pathname)) {
    throw refusal(
      'url_path',
      'Leave out the last part of the URL: it should end before it, such as in https://api.openai.com/v1.',
    );
  }
  return url.href.replace(/\/+$/, '');
}

function refusal(rule: string, message: string): ApiError {
  return new ApiError(400, 'invalid_base_url', message, 'baseUrl', { rule });
}
