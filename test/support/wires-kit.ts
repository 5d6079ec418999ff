/** A gateway with an upstream of every kind, all of them one mock. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { MeteredOptions } from './clients-gateway.ts';
import { UPSTREAM_KEY } from './clients-gateway.ts';
import { buildProxy, type ProxyKit } from './proxy-kit.ts';

export async function buildWires(t: TestContext, options: MeteredOptions = {}): Promise<ProxyKit> {
  const kit = await buildProxy(t, options);
  const { url } = kit.upstream;
  // What several of them could serve goes to the one of its own kind.
  const last = { method: 'PUT', body: { position: 9 } };
  assert.equal((await kit.api('/api/admin/upstreams/mock', last)).status, 200);
  for (const [id, kind, models, baseUrl] of [
    ['anthropic', 'anthropic', ['*'], url],
    ['gemini', 'gemini', ['*'], url],
    ['azure', 'azure', ['*-azure'], url],
    ['azure-v1', 'azure', ['*-azure-v1'], `${url}/openai/v1`],
  ] as const) {
    const upstream = { id, kind, name: id, baseUrl, apiKey: UPSTREAM_KEY, models, position: 0 };
    const made = await kit.api('/api/admin/upstreams', { body: upstream });
    assert.equal(made.status, 201, JSON.stringify(made.body));
  }
  return kit;
}

/** A small request of each wire that says something. */
export const SMALL = {
  chat: { path: '/v1/chat/completions', body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] } },
  responses: { path: '/v1/responses', body: { model: 'gpt-4o-mini', input: 'hi' } },
  messages: {
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', max_tokens: 1_000, messages: [{ role: 'user', content: 'hi' }] },
  },
  gemini: {
    path: '/v1beta/models/gemini-2.5-flash:generateContent',
    body: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
  },
} as const;
