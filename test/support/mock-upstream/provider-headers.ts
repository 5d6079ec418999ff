/** The headers that OpenAI really sends along; none of them is the gateway's own business to pass on unthought. */
export function providerHeaders(index: number): Record<string, string | string[]> {
  return {
    'openai-organization': 'mock-organization',
    'openai-processing-ms': '17',
    'openai-version': '2020-10-01',
    'x-request-id': `req_mock${index}`,
    'x-ratelimit-limit-requests': '30000',
    'x-ratelimit-limit-tokens': '150000000',
    'x-ratelimit-remaining-requests': '29999',
    'x-ratelimit-remaining-tokens': '149999998',
    'x-ratelimit-reset-requests': '2ms',
    'x-ratelimit-reset-tokens': '0s',
    'set-cookie': ['__cf_bm=mock; path=/; HttpOnly; Secure; SameSite=None', '_cfuvid=mock; path=/; HttpOnly'],
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    'cf-cache-status': 'DYNAMIC',
    server: 'cloudflare',
  };
}
