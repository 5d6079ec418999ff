/** Pure: how each kind of upstream wants to be shown its key. */
import type { UpstreamKind } from '../db/json-columns.ts';

/** The headers that prove who calls; none without a key. */
export function credentials({ kind, apiKey }: { kind: UpstreamKind; apiKey: string | null }): Record<string, string> {
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
