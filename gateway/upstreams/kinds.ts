/** Pure: what each kind of upstream wants to be shown, and how it lists its models. */
import type { UpstreamKind } from '../db/json-columns.ts';

export interface Keyed {
  readonly kind: UpstreamKind;
  readonly apiKey: string | null;
}

/** A model in OpenAI's shape, with whatever else its upstream says of it. */
export type ListedModel = { id: string } & Record<string, unknown>;

/** The version of Anthropic's API that is asked for where no client names one. */
export const ANTHROPIC_VERSION = '2023-06-01';
const AZURE_LIST_VERSION = '2024-10-21';

/** The headers that prove who calls; none without a key. */
export function credentials({ kind, apiKey }: Keyed): Record<string, string> {
  if (apiKey === null) return {};
  switch (kind) {
    case 'anthropic':
      return { 'x-api-key': apiKey };
    case 'gemini':
      return { 'x-goog-api-key': apiKey };
    case 'azure':
      return { 'api-key': apiKey };
    case 'openai':
    case 'demo':
      return { authorization: `Bearer ${apiKey}` };
  }
}

const OPENAI_HOST = /^https:\/\/([\w-]+\.)*(api\.openai\.com|(openai|services\.ai|cognitiveservices)\.azure\.com)$/;

/**
 * Whether every limit of a chat completion is read, or refused where its model does not take it, as OpenAI and Azure do.
 * Ollama and others pass over `max_completion_tokens` without a word.
 */
export function readsEveryLimit({ kind, origin }: { readonly kind: UpstreamKind; readonly origin: string }): boolean {
  return kind === 'azure' || kind === 'demo' || OPENAI_HOST.test(origin);
}

/** Where the list of models is, and what to send along. @param baseUrl without a slash at its end */
export function modelListRequest(upstream: Keyed & { readonly baseUrl: string }): {
  url: string;
  headers: Record<string, string>;
} {
  const { kind, baseUrl } = upstream;
  const headers = { accept: 'application/json', ...credentials(upstream) };
  switch (kind) {
    case 'anthropic':
      // Twenty at a time otherwise. An Anthropic base URL is also written without its version, as the SDK has it.
      return {
        url: `${baseUrl}${/\/v1$/.test(baseUrl) ? '' : '/v1'}/models?limit=1000`,
        headers: { ...headers, 'anthropic-version': ANTHROPIC_VERSION },
      };
    case 'gemini':
      return { url: `${baseUrl}/models?pageSize=1000`, headers };
    case 'azure':
      if (baseUrl.endsWith('/v1')) return { url: `${baseUrl}/models`, headers };
      return {
        url: `${baseUrl}${baseUrl.endsWith('/openai') ? '' : '/openai'}/models?api-version=${AZURE_LIST_VERSION}`,
        headers,
      };
    case 'openai':
    case 'demo':
      return { url: `${baseUrl}/models`, headers };
  }
}

/** The models in an upstream's list: OpenAI's and Anthropic's `data`, Gemini's `models`. Null when it is no such list. */
export function readModelList(body: unknown): ListedModel[] | null {
  if (typeof body !== 'object' || body === null) return null;
  const list = 'data' in body ? body.data : 'models' in body ? body.models : null;
  if (!Array.isArray(list)) return null;
  return list.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const name = 'id' in entry ? entry.id : 'name' in entry ? entry.name : null;
    if (typeof name !== 'string') return [];
    const id = name.replace(/^models\//, '');
    return [{ ...entry, id, ...described(entry) }];
  });
}

/** What Anthropic and Gemini say in words of their own, in OpenAI's. */
function described(entry: object): Record<string, unknown> {
  if (!('created_at' in entry) || typeof entry.created_at !== 'string') return {};
  const created = Math.floor(Date.parse(entry.created_at) / 1_000);
  return Number.isNaN(created) ? {} : { created };
}
